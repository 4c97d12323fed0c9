//! psqlodbc through odbc-api, without any of the product's own code.

use odbc_api::{Connection, ConnectionOptions, Cursor, Error, ResultSetMetadata, environment};

pub struct Client {
    connection: Connection<'static>,
}

/// Rows as texts; an empty text for NULL.
pub type Rows = Vec<Vec<String>>;

impl Client {
    pub fn connect(port: u16) -> Result<Client, Error> {
        Client::login(port, "dba", "dba")
    }

    pub fn login(port: u16, user: &str, password: &str) -> Result<Client, Error> {
        let text = connection_string(port, user, password);
        let options = ConnectionOptions { login_timeout_sec: Some(5), packet_size: None };
        let environment = environment().expect("because the driver manager is linked in");
        environment.connect_with_connection_string(&text, options).map(|connection| Client { connection })
    }

    pub fn raw(&self) -> &Connection<'static> {
        &self.connection
    }

    pub fn query(&self, sql: &str) -> Result<Rows, Error> {
        let mut rows = Vec::new();
        let Some(mut cursor) = self.connection.execute(sql, (), None)? else { return Ok(rows) };
        let width = u16::try_from(cursor.num_result_cols()?).expect("because results are narrow");
        while let Some(mut row) = cursor.next_row()? {
            let mut texts = Vec::new();
            for column in 1..=width {
                let mut text = Vec::new();
                row.get_text(column, &mut text)?;
                texts.push(String::from_utf8(text).expect("because the server sends UTF-8"));
            }
            rows.push(texts);
        }
        Ok(rows)
    }

    /// A statement that must succeed.
    pub fn sql(&self, sql: &str) -> Rows {
        self.query(sql).unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// RC and TEXT of the first row of an `ADMIN COMMAND`.
    pub fn admin(&self, command: &str) -> (i32, String) {
        let rows = self.sql(&format!("ADMIN COMMAND '{command}'"));
        let row = rows.first().unwrap_or_else(|| panic!("{command}: no row"));
        (row[0].parse().expect("because RC is a number"), row[1].clone())
    }

    /// The message of a statement that must fail.
    pub fn refused(&self, sql: &str) -> String {
        match self.query(sql) {
            Ok(rows) => panic!("{sql} was not refused: {rows:?}"),
            Err(error) => error.to_string(),
        }
    }
}

/// What psqlodbc wants to know, whoever loads it.
pub fn connection_string(port: u16, user: &str, password: &str) -> String {
    format!(
        "DRIVER={};SERVER=127.0.0.1;PORT={port};DATABASE=hsb;UID={user};PWD={password};SSLmode=disable;Protocol=7.4-0;\
         UseServerSidePrepare=0;UseDeclareFetch=0",
        driver()
    )
}

/// Where Debian puts psqlodbc.
pub fn driver() -> String {
    let machines = std::fs::read_dir("/usr/lib").expect("because a Debian has /usr/lib").flatten();
    let found = machines.map(|entry| entry.path().join("odbc/psqlodbcw.so")).find(|path| path.is_file());
    found.expect("because the tests need odbc-postgresql: run ./test.sh once").display().to_string()
}
