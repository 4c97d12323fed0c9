//! Rows, columns and values as the driver is told of them.

use std::sync::Arc;

use futures::stream;
use pgwire::api::Type;
use pgwire::api::portal::{Format, Portal};
use pgwire::api::results::{DataRowEncoder, FieldFormat, FieldInfo, QueryResponse, Response, Tag};
use pgwire::error::PgWireResult;

use crate::simserver::admin;
use crate::simserver::store::{Column, Kind, Rows, Value};

/// As PostgreSQL names what was done.
pub(super) fn tag(text: &str, count: usize) -> Tag {
    let word = text.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    match word.as_str() {
        "INSERT" | "REPLACE" => Tag::new("INSERT").with_oid(0).with_rows(count),
        "UPDATE" | "DELETE" => Tag::new(&word).with_rows(count),
        _ => Tag::new(&word),
    }
}

pub(super) fn text_column(name: &str) -> Column {
    Column { name: name.to_owned(), kind: Kind::Varchar(None) }
}

/// Source: 200 "ADMIN COMMAND syntax" (names); types RCL.
pub(super) fn admin_columns() -> Vec<Column> {
    vec![Column { name: "RC".into(), kind: Kind::Int }, Column { name: "TEXT".into(), kind: Kind::Varchar(Some(254)) }]
}

pub(super) fn admin_rows(reply: admin::Reply) -> Rows {
    let row = |(rc, text): (i32, String)| vec![Value::Integer(rc.into()), Value::Text(text)];
    Rows { columns: admin_columns(), rows: reply.into_iter().map(row).collect() }
}

pub(super) fn no_large_objects() -> Rows {
    let column = |name: &str| Column { name: name.into(), kind: Kind::Int };
    Rows { columns: vec![column("oid"), column("typbasetype")], rows: Vec::new() }
}

pub(super) fn show(name: &str, format: &Format) -> Response {
    let value = match name {
        "transaction_isolation" | "transaction isolation level" => "read committed",
        _ => "",
    };
    let found = Rows { columns: vec![text_column(name)], rows: vec![vec![Value::Text(value.into())]] };
    let mut response = query_response(found, format);
    response.set_command_tag("SHOW");
    Response::Query(response)
}

pub(super) fn rows(found: Rows, format: &Format) -> Response {
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

pub(super) fn fields(columns: &[Column], format: &Format) -> Vec<FieldInfo> {
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

/// A bound value, by its declared type; text where none is declared.
pub(super) fn parameter(portal: &Portal<String>, at: usize) -> PgWireResult<Value> {
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
