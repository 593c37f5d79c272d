// ClickHouse over its HTTP interface: statements, questions with values, rows as JSON. No library is needed.
import { type RequestOptions, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import { Failure } from "#base/failure.ts";

/** How a server is reached: `https://HOST:8443`, or `http` on this machine. `ca` is its authority in PEM. */
export type ClickhousePlace = {
  readonly url: string;
  readonly user?: string;
  readonly password?: string;
  readonly ca?: string;
};

export type Clickhouse = {
  /** Runs a statement in a database; `body` follows it, such as the rows of an INSERT. */
  run(database: string, sql: string, body?: string): Promise<void>;
  /** The rows of a question, whose `{name:Type}` stand for `values`. */
  ask(
    database: string,
    sql: string,
    values?: Readonly<Record<string, string>>,
  ): Promise<readonly (readonly unknown[])[]>;
};

const ANSWER_MS_MAX = 60_000;
const ANSWER_BYTES_MAX = 256 * 1024 * 1024;
/** What makes names and numbers mean what they mean elsewhere: columns before aliases, 64-bit numbers as numbers. */
const SETTINGS = {
  prefer_column_name_to_alias: "1",
  output_format_json_quote_64bit_integers: "0",
  date_time_input_format: "basic",
};

/** Connects with each statement. Throws a Failure `usage` for an address that would send events in clear. */
export function openClickhouse(place: ClickhousePlace): Clickhouse {
  const url = URL.canParse(place.url) ? new URL(place.url) : undefined;
  const isLocal = ["127.0.0.1", "localhost", "[::1]"].includes(url?.hostname ?? "");
  if (url === undefined || !(url.protocol === "https:" || (url.protocol === "http:" && isLocal)))
    throw new Failure(
      "usage",
      "the address of ClickHouse is `https://HOST:PORT`; `http://` only on this machine",
    );
  const headers = {
    ...(place.user === undefined ? {} : { "X-ClickHouse-User": place.user }),
    ...(place.password === undefined ? {} : { "X-ClickHouse-Key": place.password }),
  };
  const call = (database: string, given: Readonly<Record<string, string>>, body: string) => {
    const target = new URL(url);
    const query = { ...SETTINGS, database, ...given };
    for (const [name, value] of Object.entries(query)) target.searchParams.set(name, value);
    return post(target, { headers, ...(place.ca === undefined ? {} : { ca: place.ca }) }, body);
  };
  return {
    async run(database, sql, body) {
      if (body === undefined) await call(database, {}, sql);
      else await call(database, { query: sql }, body);
    },
    async ask(database, sql, values = {}) {
      const named = Object.entries(values).map(([name, value]) => [`param_${name}`, value]);
      const text = await call(
        database,
        { default_format: "JSONCompactEachRow", ...Object.fromEntries(named) },
        sql,
      );
      const lines = text.split("\n").filter((line) => line !== "");
      return lines.map((line) => JSON.parse(line) as readonly unknown[]);
    },
  };
}

function post(
  url: URL,
  options: RequestOptions & { readonly ca?: string },
  body: string,
): Promise<string> {
  const request = url.protocol === "https:" ? tlsRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const fail = (why: string, cause?: unknown): void =>
      reject(new Failure("clickhouse", `ClickHouse at ${url.host} ${why}`, { cause }));
    const sent = request(
      url,
      { ...options, method: "POST", timeout: ANSWER_MS_MAX },
      (response) => {
        const parts: Buffer[] = [];
        let bytes = 0;
        response.on("data", (part: Buffer) => {
          parts.push(part);
          bytes += part.length;
          if (bytes > ANSWER_BYTES_MAX) sent.destroy(new Error("too long an answer"));
        });
        response.on("error", (cause) => fail("broke off its answer", cause));
        response.on("end", () => {
          const text = Buffer.concat(parts).toString("utf8");
          if (response.statusCode === 200) return resolve(text);
          // The code alone: the message repeats values of the statement.
          const code = /Code: (\d+)/.exec(text)?.[1] ?? String(response.statusCode);
          fail(`refused a statement (code ${code})`);
        });
      },
    );
    sent.on("timeout", () => sent.destroy(new Error("too slow")));
    sent.on("error", (cause: NodeJS.ErrnoException) => {
      // WHY again: the server closed an idle connection just as it was used. Rows that come twice are one row.
      if (sent.reusedSocket && cause.code === "ECONNRESET")
        post(url, { ...options, agent: false }, body).then(resolve, reject);
      else fail("is not reached", cause);
    });
    sent.end(body);
  });
}
