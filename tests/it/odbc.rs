//! odbc
