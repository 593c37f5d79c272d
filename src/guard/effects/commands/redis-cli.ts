// redis-cli: commands for a Redis server, from the words of the call or from the input.
import { EMPTY, literal, sourcesOf, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { madeOf } from "../model/filter.ts";
import { databaseEffect } from "../languages/evaluation/sql-shell-commands.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";

const LOOKS =
  /^(?:ping|echo|get|mget|getrange|strlen|exists|type|ttl|pttl|expiretime|keys|scan|sscan|hscan|zscan|dbsize|info|time|lastsave|role|hget|hgetall|hmget|hkeys|hvals|hlen|hexists|hstrlen|lrange|llen|lindex|lpos|smembers|scard|sismember|smismember|srandmember|sinter|sunion|sdiff|zrange|zrangebyscore|zrangebylex|zrevrange|zrevrangebyscore|zcard|zcount|zscore|zmscore|zrank|zrevrank|xlen|xrange|xrevrange|xinfo|xpending|object|dump|bitcount|bitpos|getbit|geopos|geodist|geohash|geosearch|pfcount|randomkey|memory|monitor|subscribe|psubscribe|command|help|auth|hello|select|quit|wait|touch|json\.get|json\.mget|json\.type|ft\.search|ft\.info|ft\._list|lolwut)$/;
/** The second word says whether these look. */
const LOOKS_WITH: Readonly<Record<string, RegExp>> = {
  config: /^get$/,
  slowlog: /^(?:get|len)$/,
  client: /^(?:list|info|id|getname)$/,
  latency: /^(?:latest|history|doctor|graph)$/,
  cluster: /^(?:info|nodes|slots|shards|myid|keyslot|countkeysinslot)$/,
  acl: /^(?:whoami|cat)$/,
  script: /^exists$/,
  function: /^(?:list|stats)$/,
  pubsub: /^(?:channels|numsub|numpat)$/,
  module: /^list$/,
  debug: /^object$/,
};
const DESTROYS =
  /^(?:flushall|flushdb|del|unlink|shutdown|swapdb|migrate|replicaof|slaveof|failover|restore|rename|getdel|xtrim|ltrim|hdel|spop|lpop|rpop)$/;

export const redisCli: CommandModel = command({
  names: ["redis-cli", "valkey-cli", "keydb-cli"],
  optionsEnd: "first-operand",
  options: {
    about: flags("--help --version"),
    host: taking("h", "--sni"),
    url: taking("u"),
    socket: taking("s"),
    files: taking("--cacert --cacertdir --cert --key"),
    dump: taking("--rdb --functions-rdb"),
    script: taking("--eval"),
    pipe: flags("--pipe"),
    cluster: taking("--cluster"),
    last: flags("x", ""),
    tagged: taking("X"),
    named: taking(
      "panirdDt",
      "--user --pass --pattern --quoted-pattern --count --pipe-timeout --show-pushes --tls-ciphers --tls-ciphersuites --cursor --top --lru-test --intrinsic-latency --memkeys-samples --keystats-samples",
    ),
    style: flags(
      "23ce",
      "--raw --no-raw --csv --json --quoted-json --quoted-input --tls --insecure --no-auth-warning --askpass --verbose --bigkeys --memkeys --hotkeys --keystats --scan --stat --latency --latency-history --latency-dist --replica --slave --ldb --ldb-sync-mode",
    ),
    optional: maybeTaking("--no-raw-output"),
  },
  effects: ({ operands, has, values: valuesOf, stdin }, context) => {
    if (has("about")) return [];
    const found: Consequence[] = [
      ...valuesOf("files").map((path) => reads(path)),
      ...valuesOf("dump").flatMap((path) => (textOf(path) === "-" ? [] : [writes(path, "create")])),
      ...valuesOf("script").map((path) => reads(path)),
    ];
    const texts = [...operands, ...(stdin ?? EMPTY)];
    const carries = [{ kind: "argument" } as const, ...sourcesOf(texts)];
    const hosts = [...valuesOf("host"), ...valuesOf("url")];
    for (const url of hosts.length > 0 ? hosts : [literal("localhost")])
      if (!has("socket")) found.push({ kind: "contacts", url, scheme: "redis", carries });
    const configured = literal(`${context.home}/.redisclirc`);
    if (context.isFile(configured)) found.push(reads(configured));
    if (has("script") || has("pipe") || has("cluster")) found.push(...databaseEffect("changes"));
    else if (operands.length > 0) found.push(...oneCommand(operands));
    else found.push(...(stdin ?? []).flatMap(lines));
    return [...found, prints(madeOf(texts.length === 0 ? EMPTY : [texts.flat()]))];
  },
});

function lines(text: Text): readonly Consequence[] {
  const known = textOf(text);
  if (known === undefined)
    return [
      { kind: "unknown", reason: "dynamic-code", detail: "commands of Redis that are not known" },
    ];
  return known
    .split("\n")
    .filter((line) => line.trim() !== "")
    .flatMap((line) => oneCommand(line.trim().split(/\s+/).map(literal)));
}

function oneCommand(words: readonly Text[]): readonly Consequence[] {
  const [name, second] = words.slice(0, 2).map((word) =>
    textOf(word)
      ?.toLowerCase()
      .replace(/^["']|["']$/g, ""),
  );
  if (name === undefined)
    return [
      { kind: "unknown", reason: "dynamic-code", detail: "a command of Redis that is not known" },
    ];
  // A number in front repeats the command.
  if (/^\d+$/.test(name)) return oneCommand(words.slice(1));
  if (LOOKS.test(name) || LOOKS_WITH[name]?.test(second ?? "") === true) return [];
  return databaseEffect(DESTROYS.test(name) ? "destroys" : "changes");
}
