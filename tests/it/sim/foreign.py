"""Executes each line of standard input by pyodbc, as a user of it would; prints rows, and errors with their SQLSTATE.

The words commit and rollback are calls of the connection; another line may hold values behind bars."""

import sys

import pyodbc

try:
    connection = pyodbc.connect(sys.argv[1])
except pyodbc.Error as error:
    print(*error.args)
    sys.exit(1)
for line in sys.stdin.read().splitlines():
    try:
        if line in ("commit", "rollback"):
            getattr(connection, line)()
        else:
            statement, *values = line.split("|")
            cursor = connection.cursor().execute(statement, values)
            for row in cursor.fetchall() if cursor.description else []:
                print(*row, sep="|")
    except pyodbc.Error as error:
        print(*error.args)
        connection.rollback()
