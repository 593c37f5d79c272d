// Whether code of any language empties, drops or changes what a database server keeps: told by the client that it loads and by what it calls.
import { searchableText } from "./searchable-text.ts";

/** Clients of servers, by the names under which languages load or make them. A file of sqlite is no server. */
const CLIENT =
  /\b(?:redis|ioredis|pymongo|MongoClient|mongoose|psycopg2?|asyncpg|pg8000|MySQLdb|pymysql|mysql2?|mysqli|mariadb|cx_Oracle|oracledb|pyodbc|cassandra|elasticsearch|opensearchpy|sqlalchemy|knex|sequelize|PrismaClient|boto3|Sequel|ActiveRecord)\b|\b(?:PG\.connect|PG::Connection|Mysql2::Client|Redis\.new|new Redis|DBI->connect|new PDO|new mysqli|(?:pg|mysqli)_(?:p?connect|query)|new SQLServer|sqlsrv_query|oci_(?:connect|parse)|redis\.connect|RMySQL|RPostgres|LibPQ|tcl::?db|pgmoon)\b|['"]pg['"]/;

const IN_FILE = /\bsqlite:|\bSQLite\b|:memory:/;

/** Calls and statements after which something that was kept is gone, or is another. */
const CHANGES =
  /\bflush_?(?:all|db)\b|\bdrop_?(?:all|database|table|collection|index|schema)\b|\.drop\(|\bdelete_?(?:many|one|all|bucket|table|db_instance|db_cluster|objects?)\b|\bremove_?(?:many|all)\b|\bdestroy_all\b|\.(?:delete|truncate|destroy|delete_by_query)\(|\b(?:drop\s+(?:table|database|schema|index|view|user|role)|truncate\s+(?:table\s+)?["`]?[\w.]+|delete\s+from|alter\s+(?:table|user|role|database)|update\s+[\w"`.]{1,80}\s+set)\b/i;

/** A look at words, not a proof: code in which they are hidden is unbounded anyway. */
export function changesDatabase(code: string): boolean {
  const text = searchableText(code);
  return CLIENT.test(text) && CHANGES.test(text) && !IN_FILE.test(text);
}

/** The same of code that runs inside an application, which has its client at hand: `rails runner`, `manage.py shell -c`. */
export function changesRecords(code: string): boolean {
  const text = searchableText(code);
  return CHANGES.test(text) || OF_RECORDS.test(text);
}

/** Calls of the mappers of objects to records. */
const OF_RECORDS =
  /(?:\.|::|->)(?:delete|destroy|truncate|forceDelete|update_all|update_columns?|bulk_update|bulk_create|insert_all|upsert_all)(?:!|\b)/;
