"""Run the migrations inside the transaction that `Database.migrate` opens."""

from alembic import context

from storage.catalogue.db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
