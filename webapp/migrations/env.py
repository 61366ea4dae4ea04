"""Alembic's entry: run the scripts on the connection, and in the transaction, of ``webapp.account_tables``."""

from alembic import context

from webapp.account_tables import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, version_table=VERSION_TABLE
)
context.run_migrations()
