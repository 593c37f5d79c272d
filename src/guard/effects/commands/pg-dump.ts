// pg_dump, pg_restore and the other tools of PostgreSQL and MySQL: copies of data out and in, databases that come and go.
import { EMPTY, type Text, hole, literal, sourcesOf, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { asksServer, changingOwn } from "../arguments/database-server.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { databaseEffect } from "../languages/evaluation/sql-shell-commands.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";

const DESTROYS = /^(?:dropdb|dropuser)$/;
const CREATES = /^(?:createdb|createuser|reindexdb|clusterdb|mysqlimport|mysql_upgrade)$/;
const MYSQL = /^(?:mysql|mariadb)/;

/** Long options, which mean the same to all that have them. */
const FILES = "--file --result-file --log-error --tab";
const INPUTS =
  "--use-list --defaults-file --defaults-extra-file --filter --ssl-ca --ssl-cert --ssl-key";
const NAMED =
  "--username --schema --exclude-schema --table --exclude-table --exclude-table-data --format --jobs --compress --section --encoding --snapshot --lock-wait-timeout --role --timeout --maintenance-db --user --socket --where --databases --tables --ignore-table --default-character-set --max-allowed-packet --protocol --owner --template --locale --lc-collate --lc-ctype --index --function --trigger --extension --rows-per-insert --set-gtid-purged --fields-terminated-by --connect-timeout --default-auth --plugin-dir --rename";
const STYLE =
  "--data-only --schema-only --no-owner --no-privileges --no-acl --inserts --column-inserts --attribute-inserts --if-exists --create --verbose --quiet --no-password --echo --interactive --force --all --analyze --analyze-only --full --single-transaction --disable-triggers --no-comments --no-publications --no-security-labels --no-subscriptions --no-tablespaces --no-data --no-create-info --no-create-db --routines --triggers --events --all-databases --add-drop-table --skip-add-drop-table --skip-lock-tables --lock-tables --quick --compact --complete-insert --extended-insert --skip-extended-insert --hex-blob --skip-comments --skip-triggers --opt --skip-opt --exit-on-error --globals-only --roles-only --load-via-partition-root --on-conflict-do-nothing --quote-all-identifiers --large-objects --blobs --no-blobs --enable-row-security --strict-names --count --status --check --auto-repair --optimize --repair --local --replace --ignore --skip-ssl --no-defaults --xml --order-by-primary --no-sync";

const effects: CommandModel["effects"] = (
  { name, operands, has, values: valuesOf, stdin },
  context,
) => {
  if (has("about")) return [];
  const found: Consequence[] = valuesOf("inputs").map((path) => reads(path));
  const target = [...valuesOf("database"), ...operands].find(
    (word) => /^postgres(ql)?:|host=/.test(textOf(word) ?? "") || textOf(word) === undefined,
  );
  const hosts = [
    ...valuesOf("host"),
    ...(MYSQL.test(name) || valuesOf("host").length > 0
      ? []
      : (context.variable("PGHOST") ?? []).slice(0, 1)),
    ...(target === undefined ? [] : [hostOf(target)]),
  ];
  const carries = [{ kind: "argument" } as const, ...sourcesOf(stdin ?? EMPTY)];
  for (const host of hosts)
    found.push(asksServer(host, valuesOf("port")[0], { scheme: "postgresql", carries }));
  const isRestore = name === "pg_restore";
  const restores = isRestore && valuesOf("database").length > 0 && !has("list");
  for (const path of valuesOf("file"))
    if (textOf(path) !== "-") found.push(writes(path, "create", { reach: "tree" }));
  if (isRestore) found.push(...operands.map((path) => reads(path, "tree")));
  if (restores) found.push(...databaseEffect(has("clean") ? "destroys" : "changes"));
  if (name === "mysqlimport") found.push(...operands.slice(1).map((path) => reads(path)));
  if (DESTROYS.test(name)) found.push(...databaseEffect("destroys"));
  // A new database is nobody's yet; roles and indexes are everybody's.
  if (CREATES.test(name) && name !== "createdb") found.push(...databaseEffect("changes"));
  if (
    name.endsWith("admin") &&
    !operands.every((word) =>
      /^(?:ping|status|version|variables|extended-status|processlist)$/.test(textOf(word) ?? "?"),
    )
  )
    found.push(
      ...databaseEffect(
        operands.some((word) => /^drop|shutdown|kill/.test(textOf(word) ?? "?"))
          ? "destroys"
          : "changes",
      ),
    );
  const told = {
    hosts: valuesOf("host"),
    ports: valuesOf("port"),
    addresses: [...valuesOf("database"), ...operands],
  };
  return [
    ...(MYSQL.test(name) ? found : changingOwn(found, told, context)),
    prints([[hole("unmodelled", { sources: [{ kind: "unknown" }] })]]),
  ];
};

/** The options of one program of PostgreSQL: what all share, and its letters, without a value and with one. */
function withLetters(names: readonly string[], bare: string, valued: string): CommandModel {
  const among = (letters: string, wanted: string): string =>
    [...wanted].filter((letter) => letters.includes(letter)).join("");
  const without = (letters: string, others: string): string =>
    [...letters].filter((letter) => !others.includes(letter)).join("");
  const isList = names.includes("pg_restore") || names.includes("pg_dump");
  const isRole = names.includes("createuser");
  return command({
    names,
    options: {
      about: flags("V?", "--help --version"),
      host: taking("h", "--host"),
      file: taking(among(valued, "f"), FILES),
      list: flags(isList ? among(bare, "l") : "", "--list"),
      inputs: taking(among(valued, "L"), INPUTS),
      database: taking(among(valued, "d"), "--dbname"),
      port: taking(among(valued, "p"), "--port"),
      clean: flags(among(bare, "c"), "--clean"),
      named: taking(without(valued, "fLdhp"), isRole ? NAMED : `${NAMED} --superuser`),
      password: maybeTaking("--password --column-statistics --master-data --source-data"),
      style: flags(without(bare, isList ? "lc" : "c"), isRole ? `${STYLE} --superuser` : STYLE),
    },
    effects,
  });
}

/** WHY one model each: `-s` is a flag of the one and takes a value in the other. */
export const pgDump: readonly CommandModel[] = [
  withLetters(["pg_dump"], "abBcCOsvxwW", "deEfFjnNpStTUZ"),
  withLetters(["pg_dumpall"], "acgOrstvwWx", "dEfhlpSU"),
  withLetters(["pg_restore"], "acCeOlsvxwW1", "dfFIjLnNPStTUp"),
  withLetters(["pg_isready"], "q", "dptU"),
  withLetters(["vacuumdb"], "aefFqvzZwW", "djnNpPtU"),
  withLetters(["reindexdb"], "aeqsvwW", "dijpStU"),
  withLetters(["clusterdb"], "aeqvwW", "dptU"),
  withLetters(["createdb"], "ewW", "DElOpTU"),
  withLetters(["createuser"], "dDeiIlLPrRsSwW", "cgpUvm"),
  withLetters(["dropdb"], "efiwW", "pU"),
  withLetters(["dropuser"], "eiwW", "pU"),
];

/** The other tools of MySQL, whose letters nobody confuses. */
export const mysqlTools: CommandModel = command({
  names: ["mysqladmin", "mariadb-admin", "mysqlshow", "mysqlcheck", "mysqlimport"],
  options: {
    about: flags("V", "--help --version"),
    host: taking("h", "--host"),
    file: taking("f", FILES),
    list: flags("l", "--list"),
    inputs: taking("L", INPUTS),
    database: taking("d", "--dbname"),
    port: taking("P", "--port"),
    clean: flags("c", "--clean"),
    named: taking("UpnNtTFjZSEsuDrI", NAMED),
    password: maybeTaking("--password --column-statistics --master-data --source-data"),
    style: flags("abxOvqewWCA1izkgKGRBH", STYLE),
  },
  effects,
});

/** `mysqldump`, whose letters mean other things than those of PostgreSQL's tools: `-r` and `-T` name files. */
export const mysqlDump: CommandModel = command({
  names: ["mysqldump", "mariadb-dump"],
  options: {
    about: flags("I?", "--help --version"),
    host: taking("h", "--host"),
    file: taking("rT", FILES),
    inputs: taking(INPUTS),
    port: taking("P", "--port"),
    named: taking("uSw", NAMED),
    password: maybeTaking("p#", "--password --column-statistics --master-data --source-data"),
    style: flags("aABcCdeEfFiKlnNqQRtvVxXk", STYLE),
  },
  effects,
});

function hostOf(target: Text): Text {
  const text = textOf(target);
  const named = /(?:^|[\s?&])host(?:addr)?=([^\s&]+)/.exec(text ?? "")?.[1];
  if (named !== undefined) return literal(named);
  return /^postgres(?:ql)?:\/\/\/?[^@/]*$/.test(text ?? "") &&
    /^postgres(?:ql)?:\/\/\//.test(text ?? "")
    ? literal("localhost")
    : target;
}
