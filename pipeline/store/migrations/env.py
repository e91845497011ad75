"""Runs the migrations on the connection, and in the transaction, that `pipeline.store.writing` hands over."""

from alembic import context

# SQLite's DDL is as transactional as its rows once the driver's own transactions are off; Alembic assumes it is not.
context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
