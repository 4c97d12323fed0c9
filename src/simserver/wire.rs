//! One client: the wire protocol of PostgreSQL, so that drivers which we did not write reach the server.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures::sink::{Sink, SinkExt};
use futures::stream;
use pgwire::api::auth::{
    DefaultServerParameterProvider, StartupHandler, finish_authentication, protocol_negotiation,
    save_startup_parameters_to_metadata,
};
use pgwire::api::portal::{Format, Portal};
use pgwire::api::query::{ExtendedQueryHandler, SimpleQueryHandler};
use pgwire::api::results::{
    DataRowEncoder, DescribePortalResponse, DescribeResponse, DescribeStatementResponse, FieldFormat, FieldInfo,
    QueryResponse, Response, Tag,
};
use pgwire::api::stmt::{NoopQueryParser, StoredStatement};
use pgwire::api::{ClientInfo, METADATA_USER, PgWireConnectionState, PgWireServerHandlers, Type};
use pgwire::error::{ErrorInfo, PgWireError, PgWireResult};
use pgwire::messages::startup::Authentication;
use pgwire::messages::{PgWireBackendMessage, PgWireFrontendMessage};
use pgwire::tokio::process_socket;
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::admin;
use super::server::{Server, Session};
use super::sql::{self, Sql};
use super::store::{Column, Kind, Outcome, Rows, SessionId, SqlStop, Store, Value};
use super::wording::{self, Code};

/// Serves one client until it leaves.
pub(super) async fn serve(server: Arc<Server>, id: SessionId, throw_out: Arc<Notify>, socket: TcpStream) {
    let client = Arc::new(Client {
        server,
        id,
        throw_out,
        timeout: AtomicU64::new(0),
        in_transaction: AtomicBool::new(false),
        wrote: AtomicBool::new(false),
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
        outcome.unwrap_or_else(|info| Response::Error(Box::new(info)))
    }

    async fn execute(&self, statement: Sql, params: Vec<Value>, format: &Format) -> Result<Response, ErrorInfo> {
        Ok(match statement {
            Sql::Admin(text) => {
                let reply = admin::execute(&self.server, self.id, &text).await;
                rows(admin_rows(reply), format)
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
            Sql::Ignored(tag) => Response::Execution(Tag::new(tag)),
            Sql::Show(name) => show(&name, format),
            Sql::LargeObjectType => rows(no_large_objects(), format),
            Sql::Reads(text) => self.read(text, params, format).await?,
            Sql::Writes(text) => self.write(text, params, format).await?,
        })
    }

    async fn commit(&self) -> Result<Response, ErrorInfo> {
        let wrote = self.wrote.load(Ordering::Relaxed);
        self.leave_transaction();
        if wrote {
            self.store()?.commit(self.id).await.map_err(|stop| explain(&stop))?;
        }
        Ok(Response::TransactionEnd(Tag::new("COMMIT")))
    }

    fn leave_transaction(&self) {
        self.in_transaction.store(false, Ordering::Relaxed);
        self.wrote.store(false, Ordering::Relaxed);
    }

    async fn read(&self, text: String, params: Vec<Value>, format: &Format) -> Result<Response, ErrorInfo> {
        if self.wrote.load(Ordering::Relaxed) {
            return self.write(text, params, format).await;
        }
        match self.store()?.read(text.clone(), params.clone()).await {
            Ok(outcome) => Ok(answer(outcome, &text, format)),
            Err(SqlStop::Writes) => self.write(text, params, format).await,
            Err(stop) => Err(explain(&stop)),
        }
    }

    async fn write(&self, text: String, params: Vec<Value>, format: &Format) -> Result<Response, ErrorInfo> {
        let in_transaction = self.in_transaction.load(Ordering::Relaxed);
        if in_transaction {
            self.wrote.store(true, Ordering::Relaxed);
        }
        let outcome = self.store()?.write(self.id, in_transaction, text.clone(), params).await;
        outcome.map(|outcome| answer(outcome, &text, format)).map_err(|stop| explain(&stop))
    }

    fn store(&self) -> Result<Store, ErrorInfo> {
        self.server.store().ok_or_else(|| explain(&SqlStop::Closing))
    }

    async fn describe(&self, text: &str, format: &Format) -> PgWireResult<Option<Vec<FieldInfo>>> {
        let columns = match sql::split(text).into_iter().next() {
            Some(Sql::Admin(_)) => Some(admin_columns()),
            Some(Sql::Show(name)) => Some(vec![text_column(&name)]),
            Some(Sql::LargeObjectType) => Some(no_large_objects().columns),
            Some(Sql::Reads(text) | Sql::Writes(text)) => {
                let store = self.store().map_err(user_error)?;
                store.describe(text).await.map_err(|stop| user_error(explain(&stop)))?
            }
            _ => None,
        };
        Ok(columns.map(|columns| fields(&columns, format)))
    }

    /// Refuses a client before it is asked for its password.
    fn refusal(&self) -> Option<Code> {
        if self.server.store().is_none() {
            return Some(wording::BACKUP_SERVER);
        }
        let sessions = self.server.sessions();
        let full = sessions.open.len() >= self.server.config.sim.max_connections;
        (sessions.closed || full).then_some(wording::CLOSED)
    }

    fn may_enter(&self, user: &str, password: &str) -> bool {
        let Some(store) = self.server.store() else { return false };
        store.identity.user.eq_ignore_ascii_case(user) && store.identity.password == password
    }

    fn enter(&self, user: &str) {
        let since = jiff::Zoned::now().strftime("%Y-%m-%d %H:%M:%S").to_string();
        let session = Session { user: user.to_uppercase(), since, throw_out: self.throw_out.clone() };
        self.server.sessions().open.insert(self.id, session);
    }
}

/// The handlers of pgwire are asked for one by one.
struct Handlers(Arc<Client>);

impl PgWireServerHandlers for Handlers {
    fn simple_query_handler(&self) -> Arc<impl SimpleQueryHandler> {
        self.0.clone()
    }

    fn extended_query_handler(&self) -> Arc<impl ExtendedQueryHandler> {
        self.0.clone()
    }

    fn startup_handler(&self) -> Arc<impl StartupHandler> {
        self.0.clone()
    }
}

#[async_trait]
impl StartupHandler for Client {
    async fn on_startup<C>(&self, client: &mut C, message: PgWireFrontendMessage) -> PgWireResult<()>
    where
        C: ClientInfo + Sink<PgWireBackendMessage> + Unpin + Send + Sync,
        C::Error: Debug,
        PgWireError: From<<C as Sink<PgWireBackendMessage>>::Error>,
    {
        match message {
            PgWireFrontendMessage::Startup(ref startup) => {
                protocol_negotiation(client, startup).await?;
                save_startup_parameters_to_metadata(client, startup);
                if let Some(code) = self.refusal() {
                    return Err(fatal(code));
                }
                client.set_state(PgWireConnectionState::AuthenticationInProgress);
                client.send(PgWireBackendMessage::Authentication(Authentication::CleartextPassword)).await?;
                Ok(())
            }
            PgWireFrontendMessage::PasswordMessageFamily(message) => {
                let password = message.into_password()?.password;
                let user = client.metadata().get(METADATA_USER).cloned().unwrap_or_default();
                if !self.may_enter(&user, &password) {
                    return Err(fatal(wording::BAD_LOGIN));
                }
                self.enter(&user);
                finish_authentication(client, &DefaultServerParameterProvider::default()).await
            }
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl SimpleQueryHandler for Client {
    async fn do_query<C>(&self, _client: &mut C, query: &str) -> PgWireResult<Vec<Response>>
    where
        C: ClientInfo + Unpin + Send + Sync,
    {
        Ok(self.query(query).await)
    }
}

#[async_trait]
impl ExtendedQueryHandler for Client {
    type Statement = String;
    type QueryParser = NoopQueryParser;

    fn query_parser(&self) -> Arc<NoopQueryParser> {
        Arc::new(NoopQueryParser::new())
    }

    async fn do_query<C>(&self, _: &mut C, portal: &Portal<String>, _max_rows: usize) -> PgWireResult<Response>
    where
        C: ClientInfo + Unpin + Send + Sync,
    {
        let params = (0..portal.parameter_len()).map(|at| parameter(portal, at)).collect::<PgWireResult<Vec<_>>>()?;
        let statement = sql::split(&portal.statement.statement).into_iter().next().unwrap_or(Sql::Empty);
        Ok(self.within_timeout(statement, params, &portal.result_column_format).await)
    }

    async fn do_describe_statement<C>(
        &self,
        _: &mut C,
        statement: &StoredStatement<String>,
    ) -> PgWireResult<DescribeStatementResponse>
    where
        C: ClientInfo + Unpin + Send + Sync,
    {
        let types = statement.parameter_types.iter().map(|ty| ty.clone().unwrap_or(Type::VARCHAR)).collect();
        match self.describe(&statement.statement, &Format::UnifiedText).await? {
            Some(fields) => Ok(DescribeStatementResponse::new(types, fields)),
            None => Ok(DescribeStatementResponse::new(types, Vec::new())),
        }
    }

    async fn do_describe_portal<C>(&self, _: &mut C, portal: &Portal<String>) -> PgWireResult<DescribePortalResponse>
    where
        C: ClientInfo + Unpin + Send + Sync,
    {
        match self.describe(&portal.statement.statement, &portal.result_column_format).await? {
            Some(fields) => Ok(DescribePortalResponse::new(fields)),
            None => Ok(DescribePortalResponse::no_data()),
        }
    }
}

/// A bound value, by its declared type; text where none is declared.
fn parameter(portal: &Portal<String>, at: usize) -> PgWireResult<Value> {
    let declared = portal.statement.parameter_types.get(at).cloned().flatten().unwrap_or(Type::VARCHAR);
    let or_null = |value: Option<Value>| value.unwrap_or(Value::Null);
    Ok(match declared {
        Type::INT2 => or_null(portal.parameter::<i16>(at, &declared)?.map(|number| Value::Integer(number.into()))),
        Type::INT4 => or_null(portal.parameter::<i32>(at, &declared)?.map(|number| Value::Integer(number.into()))),
        Type::INT8 => or_null(portal.parameter::<i64>(at, &declared)?.map(Value::Integer)),
        Type::BOOL => or_null(portal.parameter::<bool>(at, &declared)?.map(|yes| Value::Integer(yes.into()))),
        Type::FLOAT4 => {
            or_null(portal.parameter::<f32>(at, &declared)?.map(|number| Value::Real(f64::from(number).to_bits())))
        }
        Type::FLOAT8 => or_null(portal.parameter::<f64>(at, &declared)?.map(|number| Value::Real(number.to_bits()))),
        Type::BYTEA => or_null(portal.parameter::<Vec<u8>>(at, &declared)?.map(Value::Blob)),
        _ => or_null(portal.parameter::<String>(at, &Type::VARCHAR)?.map(Value::Text)),
    })
}

fn answer(outcome: Outcome, text: &str, format: &Format) -> Response {
    match outcome {
        Outcome::Rows(found) => rows(found, format),
        Outcome::Wrote(count) => Response::Execution(tag(text, count)),
    }
}

/// As PostgreSQL names what was done.
fn tag(text: &str, count: usize) -> Tag {
    let word = text.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    match word.as_str() {
        "INSERT" | "REPLACE" => Tag::new("INSERT").with_oid(0).with_rows(count),
        "UPDATE" | "DELETE" => Tag::new(&word).with_rows(count),
        _ => Tag::new(&word),
    }
}

fn text_column(name: &str) -> Column {
    Column { name: name.to_owned(), kind: Kind::Varchar(None) }
}

/// Source: 200 "ADMIN COMMAND syntax" (names); types RCL.
fn admin_columns() -> Vec<Column> {
    vec![Column { name: "RC".into(), kind: Kind::Int }, Column { name: "TEXT".into(), kind: Kind::Varchar(Some(254)) }]
}

fn admin_rows(reply: admin::Reply) -> Rows {
    let row = |(rc, text): (i32, String)| vec![Value::Integer(rc.into()), Value::Text(text)];
    Rows { columns: admin_columns(), rows: reply.into_iter().map(row).collect() }
}

fn no_large_objects() -> Rows {
    let column = |name: &str| Column { name: name.into(), kind: Kind::Int };
    Rows { columns: vec![column("oid"), column("typbasetype")], rows: Vec::new() }
}

fn show(name: &str, format: &Format) -> Response {
    let value = match name {
        "transaction_isolation" | "transaction isolation level" => "read committed",
        _ => "",
    };
    let found = Rows { columns: vec![text_column(name)], rows: vec![vec![Value::Text(value.into())]] };
    let mut response = query_response(found, format);
    response.set_command_tag("SHOW");
    Response::Query(response)
}

fn rows(found: Rows, format: &Format) -> Response {
    Response::Query(query_response(found, format))
}

fn query_response(found: Rows, format: &Format) -> QueryResponse {
    let kinds: Vec<Kind> = found.columns.iter().map(|column| column.kind).collect();
    let schema = Arc::new(fields(&found.columns, format));
    let mut encoder = DataRowEncoder::new(schema.clone());
    let encoded = found.rows.into_iter().map(move |row| {
        for ((value, kind), at) in row.iter().zip(&kinds).zip(0..) {
            encode(&mut encoder, value, *kind, format_of(&schema, at))?;
        }
        Ok(encoder.take_row())
    });
    let schema = Arc::new(fields(&found.columns, format));
    QueryResponse::new(schema, stream::iter(encoded.collect::<Vec<_>>()))
}

fn format_of(schema: &[FieldInfo], at: usize) -> FieldFormat {
    schema.get(at).map_or(FieldFormat::Text, FieldInfo::format)
}

/// In the text format every value goes as it is written; in the binary one, as its column's type.
fn encode(encoder: &mut DataRowEncoder, value: &Value, kind: Kind, format: FieldFormat) -> PgWireResult<()> {
    let text = match (value, kind, format) {
        (Value::Null, ..) => return encoder.encode_field(&None::<&str>),
        (Value::Blob(bytes), ..) => return encoder.encode_field(bytes),
        (Value::Integer(number), Kind::Int, FieldFormat::Binary) => {
            return encoder.encode_field(&i32::try_from(*number).unwrap_or(i32::MAX));
        }
        (Value::Integer(number), Kind::BigInt, FieldFormat::Binary) => return encoder.encode_field(number),
        (Value::Real(bits), Kind::Double, FieldFormat::Binary) => {
            return encoder.encode_field(&f64::from_bits(*bits));
        }
        (Value::Integer(number), ..) => number.to_string(),
        (Value::Real(bits), ..) => f64::from_bits(*bits).to_string(),
        (Value::Text(text), ..) => return encoder.encode_field(text),
    };
    encoder.encode_field(&text)
}

fn fields(columns: &[Column], format: &Format) -> Vec<FieldInfo> {
    let field = |(at, column): (usize, &Column)| {
        let (ty, size, modifier) = match column.kind {
            Kind::Int => (Type::INT4, 4, -1),
            Kind::BigInt => (Type::INT8, 8, -1),
            Kind::Double => (Type::FLOAT8, 8, -1),
            Kind::Varchar(length) => (Type::VARCHAR, -1, length.map_or(-1, |length| i32::from(length) + 4)),
            Kind::Binary => (Type::BYTEA, -1, -1),
        };
        FieldInfo::new(column.name.clone(), None, None, ty, format.format_for(at))
            .with_type_size(size)
            .with_type_modifier(modifier)
    };
    columns.iter().enumerate().map(field).collect()
}

fn error(state: &str, message: impl Into<String>) -> ErrorInfo {
    ErrorInfo::new("ERROR".into(), state.into(), message.into())
}

fn user_error(info: ErrorInfo) -> PgWireError {
    PgWireError::UserError(Box::new(info))
}

/// Ends the login. The code is found in the text.
fn fatal(code: Code) -> PgWireError {
    let message = format!("SOLID Communication Error {}: {}", code.0, code.text());
    user_error(ErrorInfo::new("FATAL".into(), "28000".into(), message))
}

/// The words of an error; the code is found in the text, since the driver carries none.
fn explain(stop: &SqlStop) -> ErrorInfo {
    match stop {
        SqlStop::Refused(code) => error("HY000", format!("SOLID Database Error {}: {}", code.0, code.text())),
        SqlStop::Constraint(text) => error("23000", format!("SOLID Database Error 10005: {text}")),
        SqlStop::NoTable(text) => error("42S02", format!("SOLID Table Error 13011: {text}")),
        SqlStop::Sql(text) => error("42000", format!("SOLID SQL Error 200: {text}")),
        SqlStop::TooManyRows(limit) => {
            error("HY000", format!("SOLID Database Error 10012: more than {limit} rows, see MaxRows in [Sim]"))
        }
        SqlStop::Writes => error("HY000", "SOLID Database Error 10013: Transaction is read-only"),
        SqlStop::Closing => error("08S01", "SOLID Communication Error 14503: the server is shutting down"),
    }
}
