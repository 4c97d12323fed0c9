//! What pgwire asks of a session: the login, simple queries, prepared ones.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use futures::sink::{Sink, SinkExt};
use pgwire::api::auth::{
    DefaultServerParameterProvider, StartupHandler, finish_authentication, protocol_negotiation,
    save_startup_parameters_to_metadata,
};
use pgwire::api::portal::{Format, Portal};
use pgwire::api::query::{ExtendedQueryHandler, SimpleQueryHandler};
use pgwire::api::results::{DescribePortalResponse, DescribeResponse, DescribeStatementResponse, Response};
use pgwire::api::stmt::{NoopQueryParser, StoredStatement};
use pgwire::api::{ClientInfo, METADATA_USER, PgWireConnectionState, PgWireServerHandlers, Type};
use pgwire::error::{PgWireError, PgWireResult};
use pgwire::messages::startup::Authentication;
use pgwire::messages::{PgWireBackendMessage, PgWireFrontendMessage};

use super::Client;
use super::errors::fatal;
use super::values::parameter;
use crate::simserver::sql::{self, Sql};
use crate::simserver::wording;

/// The handlers of pgwire are asked for one by one.
pub(super) struct Handlers(pub Arc<Client>);

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
                let Some(admin) = self.admitted(&user, &password).await else {
                    return Err(fatal(wording::BAD_LOGIN));
                };
                self.enter(&user, admin);
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
