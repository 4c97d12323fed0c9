//! One client: the wire protocol of PostgreSQL, so that drivers which we did not write reach the server.

mod errors;
mod handlers;
mod values;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pgwire::api::portal::Format;
use pgwire::api::results::{FieldInfo, Response, Tag};
use pgwire::error::{ErrorInfo, PgWireResult};
use pgwire::tokio::process_socket;
use tokio::net::TcpStream;
use tokio::sync::Notify;

use self::errors::{error, explain, not_here, user_error};
use self::handlers::Handlers;
use self::values::{admin_columns, admin_rows, fields, no_large_objects, rows, show, tag, text_column};
use super::admin;
use super::config::Wishes;
use super::fault::FaultKind;
use super::server::{Server, Session};
use super::sql::{self, Sql};
use super::store::{Outcome, SessionId, SqlStop, Store, Value, Write};
use super::wording::{self, Code};
use crate::pair::Command;

/// Serves one client until it leaves.
pub(in crate::simserver) async fn serve(server: Arc<Server>, id: SessionId, throw_out: Arc<Notify>, socket: TcpStream) {
    let client = Arc::new(Client {
        server,
        id,
        throw_out,
        timeout: AtomicU64::new(0),
        in_transaction: AtomicBool::new(false),
        wrote: AtomicBool::new(false),
        wishes: Mutex::default(),
    });
    let _ = process_socket(socket, None, Handlers(client)).await;
}

/// A client's session.
struct Client {
    server: Arc<Server>,
    id: SessionId,
    throw_out: Arc<Notify>,
    /// `statement_timeout` in milliseconds; 0: none.
    timeout: AtomicU64,
    in_transaction: AtomicBool,
    /// The open transaction has written: it reads its own writes.
    wrote: AtomicBool,
    /// What it asked for by `SET SAFENESS` and `SET DURABILITY`.
    wishes: Mutex<Wishes>,
}

impl Client {
    /// One query of the simple protocol, which may hold several statements; the first that fails is the last.
    async fn query(&self, text: &str) -> Vec<Response> {
        let mut responses = Vec::new();
        for statement in sql::split(text) {
            let response = self.within_timeout(statement, Vec::new(), &Format::UnifiedText).await;
            let failed = matches!(response, Response::Error(_));
            responses.push(response);
            if failed {
                break;
            }
        }
        responses
    }

    /// Honours `statement_timeout`. The statement may yet be done after it was given up, as with any server.
    async fn within_timeout(&self, statement: Sql, params: Vec<Value>, format: &Format) -> Response {
        let limit = self.timeout.load(Ordering::Relaxed);
        let run = self.execute(statement, params, format);
        let outcome = match limit {
            0 => run.await,
            millis => match tokio::time::timeout(Duration::from_millis(millis), run).await {
                Ok(outcome) => outcome,
                Err(_) => Err(error("HYT00", "SOLID Server Error 14529: The operation timed out.")),
            },
        };
        outcome.unwrap_or_else(Response::Error)
    }

    async fn execute(&self, statement: Sql, params: Vec<Value>, format: &Format) -> Result<Response, Box<ErrorInfo>> {
        Ok(match statement {
            Sql::Admin(text) => {
                self.expect_admin()?;
                rows(admin_rows(self.admin(&text).await), format)
            }
            Sql::Empty => Response::EmptyQuery,
            Sql::Begin => {
                self.in_transaction.store(true, Ordering::Relaxed);
                Response::TransactionStart(Tag::new("BEGIN"))
            }
            Sql::Commit => self.commit().await?,
            Sql::Rollback => {
                self.leave_transaction();
                if let Some(store) = self.server.store() {
                    store.rollback(self.id);
                }
                Response::TransactionEnd(Tag::new("ROLLBACK"))
            }
            Sql::StatementTimeout(millis) => {
                self.timeout.store(millis, Ordering::Relaxed);
                Response::Execution(Tag::new("SET"))
            }
            Sql::Safeness(level) => self.wish(|wishes| wishes.safeness = level),
            Sql::Durability(level) => self.wish(|wishes| wishes.durability = level),
            Sql::Ignored(tag) => Response::Execution(Tag::new(tag)),
            Sql::Show(name) => show(&name, format),
            Sql::LargeObjectType => rows(no_large_objects(), format),
            Sql::Users(change) => self.change_users(change).await?,
            Sql::Reads(text) => self.read(text, params, format).await?,
            Sql::Writes(text) => self.write(text, params, format).await?,
        })
    }

    /// Faults that were asked for close the connection before or after the command.
    async fn admin(&self, text: &str) -> admin::Reply {
        let struck = |kind: fn(Command) -> FaultKind| {
            Command::with_argument(text).is_some_and(|(command, _)| self.server.faults.file().strike(kind(command)))
        };
        if struck(FaultKind::CommandLost) {
            self.close().await;
        }
        let reply = admin::execute(&self.server, self.id, text).await;
        if struck(FaultKind::AnswerLost) {
            self.close().await;
        }
        reply
    }

    /// Ends this session from within: whoever serves it drops what waits here.
    async fn close(&self) {
        self.throw_out.notify_one();
        std::future::pending::<()>().await;
    }

    async fn commit(&self) -> Result<Response, Box<ErrorInfo>> {
        let wrote = self.wrote.load(Ordering::Relaxed);
        self.leave_transaction();
        if wrote {
            self.store()?.commit(self.id, self.wishes()).await.map_err(|stop| explain(&stop))?;
        }
        Ok(Response::TransactionEnd(Tag::new("COMMIT")))
    }

    fn leave_transaction(&self) {
        self.in_transaction.store(false, Ordering::Relaxed);
        self.wrote.store(false, Ordering::Relaxed);
    }

    async fn read(&self, text: String, params: Vec<Value>, format: &Format) -> Result<Response, Box<ErrorInfo>> {
        if self.wrote.load(Ordering::Relaxed) {
            return self.write(text, params, format).await;
        }
        if sql::is_reserved(&text) {
            return Err(not_here(sql::NotHere::Reserved));
        }
        let text = self.answer_functions(text);
        match self.store()?.read(text.clone(), params.clone()).await {
            Ok(outcome) => Ok(answer(outcome, &text, format)),
            Err(SqlStop::Writes) => self.write(text, params, format).await,
            Err(stop) => Err(explain(&stop)),
        }
    }

    fn answer_functions(&self, text: String) -> String {
        if !text.to_ascii_uppercase().contains("HOTSTANDBY_") {
            return text;
        }
        let hsb = self.server.hsb();
        let (_, link) = hsb.link_status();
        sql::answer_functions(&text, hsb.shown_state().word(), &link)
    }

    async fn write(&self, text: String, params: Vec<Value>, format: &Format) -> Result<Response, Box<ErrorInfo>> {
        let now = jiff::Zoned::now();
        let (date, time) = (now.strftime("%Y-%m-%d").to_string(), now.strftime("%H:%M:%S").to_string());
        let text = sql::pin(&text, sql::Moment { date: &date, time: &time }).map_err(not_here)?;
        let in_transaction = self.in_transaction.load(Ordering::Relaxed);
        if in_transaction {
            self.wrote.store(true, Ordering::Relaxed);
        }
        let outcome = self.store()?.write(self.to_write(in_transaction, text.clone(), params)).await;
        outcome.map(|outcome| answer(outcome, &text, format)).map_err(|stop| explain(&stop))
    }

    fn to_write(&self, in_transaction: bool, sql: String, params: Vec<Value>) -> Write {
        Write { session: self.id, in_transaction, wishes: self.wishes(), sql, params }
    }

    /// For the commits of this session from here on.
    fn wish(&self, change: impl FnOnce(&mut Wishes)) -> Response {
        change(&mut self.wishes.lock().expect("because no holder of the wishes panics"));
        Response::Execution(Tag::new("SET"))
    }

    fn wishes(&self) -> Wishes {
        *self.wishes.lock().expect("because no holder of the wishes panics")
    }

    /// Source: 7 SQL Guide "User roles"; the code SRC symbol and INF.
    fn expect_admin(&self) -> Result<(), Box<ErrorInfo>> {
        let admin = self.server.sessions().open.get(&self.id).is_some_and(|session| session.admin);
        if admin { Ok(()) } else { Err(explain(&SqlStop::Refused(wording::NO_PRIVILEGE))) }
    }

    async fn change_users(&self, change: sql::UserChange) -> Result<Response, Box<ErrorInfo>> {
        self.expect_admin()?;
        let in_transaction = self.in_transaction.load(Ordering::Relaxed);
        if in_transaction {
            self.wrote.store(true, Ordering::Relaxed);
        }
        let tag = Tag::new(change.tag);
        let params = change.values.into_iter().map(Value::Text).collect();
        match self.store()?.write(self.to_write(in_transaction, change.statement.into(), params)).await {
            Ok(Outcome::Wrote(0)) => Err(explain(&SqlStop::Sql("there is no such user".into()))),
            Ok(Outcome::Wrote(_) | Outcome::Rows(_)) => Ok(Response::Execution(tag)),
            Err(stop) => Err(explain(&stop)),
        }
    }

    fn store(&self) -> Result<Store, Box<ErrorInfo>> {
        self.server.store().ok_or_else(|| explain(&SqlStop::Closing))
    }

    async fn describe(&self, text: &str, format: &Format) -> PgWireResult<Option<Vec<FieldInfo>>> {
        let columns = match sql::split(text).into_iter().next() {
            Some(Sql::Admin(_)) => {
                self.expect_admin().map_err(user_error)?;
                Some(admin_columns())
            }
            Some(Sql::Show(name)) => Some(vec![text_column(&name)]),
            Some(Sql::LargeObjectType) => Some(no_large_objects().columns),
            Some(Sql::Reads(text) | Sql::Writes(text)) => {
                let store = self.store().map_err(user_error)?;
                store.describe(text).await.map_err(|stop| user_error(explain(&stop)))?
            }
            Some(
                Sql::Users(_)
                | Sql::Begin
                | Sql::Commit
                | Sql::Rollback
                | Sql::StatementTimeout(_)
                | Sql::Safeness(_)
                | Sql::Durability(_)
                | Sql::Ignored(_)
                | Sql::Empty,
            )
            | None => None,
        };
        Ok(columns.map(|columns| fields(&columns, format)))
    }

    /// Refuses a client before it is asked for its password.
    fn refusal(&self) -> Option<Code> {
        if self.server.store().is_none() {
            return Some(wording::BACKUP_SERVER);
        }
        let sessions = self.server.sessions();
        let full = sessions.open.len() >= self.server.config().sim.max_connections;
        (sessions.closed || full).then_some(wording::CLOSED)
    }

    /// Whether the user may give admin commands; none where he may not even log in. The one who created the database
    /// may everything.
    async fn admitted(&self, user: &str, password: &str) -> Option<bool> {
        let store = self.server.store()?;
        if store.identity.user.eq_ignore_ascii_case(user) {
            return (store.identity.password == password).then_some(true);
        }
        let (known, role) = store.user(user).await?;
        (known == password).then(|| sql::ADMIN_ROLES.contains(&role.as_str()))
    }

    fn enter(&self, user: &str, admin: bool) {
        let since = jiff::Zoned::now().strftime("%Y-%m-%d %H:%M:%S").to_string();
        let session = Session { user: user.to_uppercase(), admin, since, throw_out: self.throw_out.clone() };
        self.server.sessions().open.insert(self.id, session);
    }
}

fn answer(outcome: Outcome, text: &str, format: &Format) -> Response {
    match outcome {
        Outcome::Rows(found) => rows(found, format),
        Outcome::Wrote(count) => Response::Execution(tag(text, count)),
    }
}
