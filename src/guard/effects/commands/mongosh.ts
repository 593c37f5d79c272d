// mongosh and the tools beside it: JavaScript for a MongoDB server, copies of its data in and out.
import { EMPTY, literal, sourcesOf, type Text, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { effect } from "../model/verbs.ts";
import { madeOf } from "../model/filter.ts";
import { databaseEffect } from "../languages/evaluation/sql-shell-commands.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";

/** Methods and names that only ask; everything else that is called may change something. */
const ASKS = new Set(
  "find findOne count countDocuments estimatedDocumentCount distinct aggregate explain limit skip sort toArray forEach map filter pretty size hasNext next projection getIndexes getCollectionNames getCollection getCollectionInfos getSiblingDB getMongo getDB getDBNames stats dataSize storageSize totalSize adminCommand runCommand serverStatus hostInfo version getName listCollections isMaster hello printjson print tojson join slice keys values entries length parse stringify String Number Date ObjectId ISODate NumberLong NumberInt includes match hint maxTimeMS allowDiskUse batchSize status conf getProfilingStatus currentOp listDatabases log".split(
    " ",
  ),
);
const ASKING_COMMANDS =
  /^(?:listDatabases|listCollections|listIndexes|ping|hello|isMaster|serverStatus|buildInfo|dbStats|collStats|connectionStatus|hostInfo|getParameter|getCmdLineOpts|replSetGetStatus|currentOp|top|count|distinct|find|explain|dbHash|whatsmyuri|features)$/;

export const mongosh: CommandModel = command({
  names: [
    "mongosh",
    "mongo",
    "mongoexport",
    "mongodump",
    "mongoimport",
    "mongorestore",
    "mongostat",
    "mongotop",
  ],
  options: {
    about: flags("--help --version"),
    code: taking("--eval"),
    file: taking("f", "--file"),
    host: taking("h", "--host --uri"),
    output: taking("o", "--out --archive"),
    files: taking(
      "--tlsCertificateKeyFile --tlsCAFile --tlsCRLFile --sslCAFile --sslPEMKeyFile --queryFile --fieldFile --config",
    ),
    drop: flags("--drop"),
    named: taking(
      "udcpq",
      "--username --password --db --collection --port --query --fields --type --limit --skip --sort --authenticationDatabase --authenticationMechanism --readPreference --apiVersion --numParallelCollections --nsInclude --nsExclude --nsFrom --nsTo --mode --upsertFields --excludeCollection -j --rowcount -n",
    ),
    style: flags(
      "v",
      "--quiet --nodb --norc --json --jsonArray --csv --pretty --gzip --shell --verbose --tls --ssl --retryWrites --tlsAllowInvalidCertificates --headerline --ignoreBlanks --stopOnError --oplog --dryRun --dumpDbUsersAndRoles --forceTableScan --noHeaderLine --maintainInsertionOrder --all --discover",
    ),
    optional: maybeTaking("--json-format"),
  },
  effects: ({ name, operands, has, values: valuesOf, stdin }, context) => {
    if (has("about")) return [];
    const found: Consequence[] = [...valuesOf("files").map((path) => reads(path))];
    const startup = literal(`${context.home}/.mongoshrc.js`);
    if (context.isFile(startup) && !has("style")) found.push(reads(startup));
    const isShell = name === "mongosh" || name === "mongo";
    const [first] = operands;
    const isAddress =
      first !== undefined &&
      /^mongodb(?:\+srv)?:|[.:]|^localhost/.test(textOf(first) ?? "?") &&
      !/\.m?js$/.test(textOf(first) ?? "");
    const hosts = [...valuesOf("host"), ...(isShell && isAddress ? [first] : [])];
    const carries = [
      { kind: "argument" } as const,
      ...sourcesOf([...valuesOf("code"), ...(stdin ?? EMPTY)]),
    ];
    for (const url of hosts.length > 0 ? hosts.map(firstHost) : [literal("localhost")])
      found.push({ kind: "contacts", url, scheme: "mongodb", carries });
    if (isShell) {
      const scripts = [
        ...valuesOf("file"),
        ...operands.slice(
          isAddress || first === undefined || !/\.m?js$/.test(textOf(first) ?? "") ? 1 : 0,
        ),
      ];
      found.push(...scripts.map((path) => reads(path)));
      if (scripts.length > 0) found.push(runsScript(name));
      const codes =
        valuesOf("code").length > 0 ? valuesOf("code") : scripts.length > 0 ? [] : (stdin ?? EMPTY);
      for (const code of codes) found.push(...readCode(code, name));
      return [...found, prints(madeOf([[]]))];
    }
    if (name === "mongoexport" || name === "mongodump") {
      const target = valuesOf("output");
      found.push(
        ...target.flatMap((path) =>
          textOf(path) === "-" ? [] : [writes(path, "create", { reach: "tree" })],
        ),
      );
      if (name === "mongodump" && target.length === 0)
        found.push(writes(literal("dump"), "create", { reach: "tree" }));
      return [...found, prints(madeOf([[]]))];
    }
    if (name === "mongostat" || name === "mongotop") return found;
    found.push(
      ...[...valuesOf("file"), ...valuesOf("output"), ...operands].map((path) =>
        reads(path, "tree"),
      ),
    );
    return [...found, ...databaseEffect(has("drop") ? "destroys" : "changes")];
  },
});

/** A connection string may name several servers. */
function firstHost(url: Text): Text {
  const text = textOf(url);
  return text === undefined ? url : literal(text.replace(/,[^/]*/, ""));
}

function runsScript(name: string): Consequence {
  return effect<"execute">({
    kind: "execute",
    program: name,
    origin: "project",
    reach: "unbounded",
  });
}

/** Reads code lightly: where all that is called only asks, nothing changes. */
function readCode(code: Text, name: string): readonly Consequence[] {
  const text = textOf(code);
  if (text === undefined)
    return [
      { kind: "unknown", reason: "dynamic-code", detail: "code for MongoDB that is not known" },
    ];
  const bare = text.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, (found) =>
    /^.\$(?:out|merge|where|function)/.test(found) ? " out( " : " '' ",
  );
  const called = [...bare.matchAll(/([A-Za-z_$][\w$]*)\s*(?:\?\.)?\s*\(/g)].map(
    (found) => found[1] ?? "",
  );
  const isDestroying =
    /\b(?:drop\w*|delete\w*|remove\w*|shutdownServer|renameCollection|rs\.\w+|findOneAndDelete)\s*\(|dropDatabase/.test(
      bare,
    );
  if (isDestroying) return databaseEffect("destroys");
  const commands = [
    ...bare.matchAll(/(?:adminCommand|runCommand)\s*\(\s*(?:\{\s*)?([\w$]+|'')/g),
  ].map((found) => found[1] ?? "");
  const isPlain =
    !/[`\\[\]]\s*\(|\beval\b|\bFunction\b|\brequire\b|\bprocess\b|\bload\b|\bimport\b|\$(?:out|merge|where|function)\b|`|\]\s*\(/.test(
      bare,
    ) &&
    called.every((one) => ASKS.has(one) || /^(?:if|for|while|function|return)$/.test(one)) &&
    commands.every((one) => ASKING_COMMANDS.test(one)) &&
    !/\bdb\s*\[|\bthis\b|\bconstructor\b|\b(?:show|use)\s+[^\s]+\s*\S/.test(
      bare.replace(/^[^\S\n\r]*(?:show|use)\s+\S+\s*$/gm, ""),
    );
  if (isPlain) return [];
  const isProgram =
    /\brequire\b|\bprocess\b|\bload\b|\bimport\b|\beval\b|\bFunction\b|\bconstructor\b/.test(bare);
  return [
    ...databaseEffect("changes"),
    ...(isProgram
      ? [
          effect<"execute">({
            kind: "execute",
            program: name,
            origin: "inline",
            reach: "unbounded",
          }),
        ]
      : []),
  ];
}
