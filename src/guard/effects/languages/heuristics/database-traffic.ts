// Talk with a database by the port it listens on: what would delete or overwrite its data, by HTTP, as plain words, or from code.
import { type Text, textOf } from "../../../shell/values/text.ts";
import type { Consequence } from "../../model/command-model.ts";
import { parseDestination } from "../../network/destination.ts";
import { databaseEffect } from "../evaluation/sql-shell-commands.ts";

/** Where databases listen unless told otherwise: Redis, etcd, memcached, Elasticsearch, CouchDB, InfluxDB, and so on. */
const PORTS = new Set([
  1433, 1521, 2379, 3306, 5432, 5984, 6333, 6379, 6380, 7474, 7687, 7700, 8086, 8123, 8529, 9000,
  9042, 9200, 9300, 11211, 27017, 28015,
]);
const HARM =
  /(?:\b|_)(?:flush\w*|drop|delete\w*|truncate|shutdown|config\s+set|slaveof|replicaof|detach|remove|deleterange|_delete_by_query|debug\s+\w+|eval|script|migrate|del|unlink|module\s+load|mutations?)\b/i;

/** What a request does to a database behind `url`: nothing, where no database is known to listen there. */
export function databaseTraffic(
  url: Text,
  request: { readonly method?: string; readonly texts: readonly Text[] },
): readonly Consequence[] {
  const { port } = parseDestination(url, "tcp");
  if (port === undefined || !PORTS.has(port)) return [];
  const { method, texts } = request;
  if (method !== undefined && /^delete$/i.test(method)) return databaseEffect("destroys");
  const isHarm = [...texts, url].some((text) =>
    HARM.test(
      textOf(text) ??
        text.map((piece) => (piece.kind === "text" ? piece.text : " flush ")).join(""),
    ),
  );
  return isHarm ? databaseEffect("destroys") : [];
}

/** A socket that code opens, in the words of several languages. */
const SOCKET =
  /socket|fsockopen|stream_client|TCPS|\bnet\.|["']net["']|gen_tcp|Net::Telnet|telnetlib/i;
const NUMBERS = /(?<![\w.])\d{4,5}(?![\w.])/g;

/** What code does that opens a socket, names a database's port and says a word of harm: how it puts them together is not followed. */
export function databaseTalk(code: string): readonly Consequence[] {
  if (!SOCKET.test(code) || !HARM.test(code)) return [];
  const numbers = (code.match(NUMBERS) ?? []).map(Number);
  return numbers.some((one) => PORTS.has(one)) ? databaseEffect("destroys") : [];
}
