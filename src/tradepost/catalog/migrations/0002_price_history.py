"""The price history can only grow. A shop that is closing takes its own rows along."""

from django.db import migrations

_POSTGRES = """
CREATE FUNCTION catalog_keep_price_history() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (
        SELECT 1 FROM merchants_merchant WHERE id = OLD.merchant_id AND closing_at IS NULL
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the price history can only grow';
END
$$ LANGUAGE plpgsql;
CREATE TRIGGER price_history_kept BEFORE UPDATE OR DELETE ON catalog_pricechange
    FOR EACH ROW EXECUTE FUNCTION catalog_keep_price_history();
"""
_SQLITE = (
    """
    CREATE TRIGGER price_history_unchanged BEFORE UPDATE ON catalog_pricechange
    BEGIN SELECT RAISE(ABORT, 'the price history can only grow'); END
    """,
    """
    CREATE TRIGGER price_history_kept BEFORE DELETE ON catalog_pricechange
    WHEN EXISTS (
        SELECT 1 FROM merchants_merchant WHERE id = OLD.merchant_id AND closing_at IS NULL
    )
    BEGIN SELECT RAISE(ABORT, 'the price history can only grow'); END
    """,
)


def keep(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_POSTGRES)
        return
    for statement in _SQLITE:
        schema_editor.execute(statement)


def let_go(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER price_history_kept ON catalog_pricechange")
        schema_editor.execute("DROP FUNCTION catalog_keep_price_history()")
        return
    for name in ("price_history_unchanged", "price_history_kept"):
        schema_editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial"), ("merchants", "0001_initial")]
    operations = [migrations.RunPython(keep, let_go)]
