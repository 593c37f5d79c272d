// pg_ctl, initdb, pgbench and others: servers of databases on this machine, their files and their load.
import { type Text, literal, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { writes } from "../model/consequences.ts";
import { databaseEffect } from "../languages/evaluation/sql-shell-commands.ts";
import { flags, taking } from "../model/option-list.ts";
import { effect, namedFiles } from "../model/verbs.ts";
import { role } from "../model/option-roles.ts";
import { shellRuns } from "../model/shell-code.ts";

const LOOKS = /^(?:--version|-V|--help|-\?|status)$/;
/** Programs that make or change the files of a server. */
const ON_FILES =
  /^(?:initdb|pg_basebackup|pg_resetwal|pg_upgrade|pg_rewind|mysqld|mysql_install_db|mariadb-install-db|pg_createcluster|pg_dropcluster)$/;

export const postgres: CommandModel = command({
  names: [
    "pg_ctlcluster",
    "pg_upgrade",
    "postgres",
    "mysqld",
    "mysql_install_db",
    "mariadb-install-db",
    "pg_createcluster",
    "pg_dropcluster",
    "redis-server",
    "mongod",
    "redis-benchmark",
  ],
  // A server starts or stops, or answers, whatever the settings say that are options of it.
  hasOtherOptions: true,
  options: {
    places: taking("-D --pgdata --datadir --dbpath -d --dir"),
    hosts: taking("-h --host"),
  },
  effects: ({ name, args, values }, context) => {
    const words = args.map((word) => textOf(word));
    if (words.some((word) => LOOKS.test(word ?? "")) && !words.includes(undefined)) return [];
    return [
      ...namedFiles(args, context),
      ...follows(name, values("places"), values("hosts")),
      ...(name.startsWith("pg_ctl") ? [changesServices(name)] : []),
    ];
  },
});

const START = {
  sort: flags("V?", "--version --help"),
  places: taking("-D --pgdata"),
  hosts: taking("-h --host"),
};

/** What each of these takes besides; their places and hosts mean the same. */
function program(
  name: string,
  options: CommandModel["options"],
  more: CommandModel["effects"] = () => [],
): CommandModel {
  return command({
    names: [name],
    options,
    effects: (invocation, context) => {
      const { args, operands, has, values } = invocation;
      if (has("about") || textOf(operands[0] ?? []) === "status") return [];
      return [
        ...namedFiles(args, context),
        ...follows(name, [...values("places"), ...values("other")], values("hosts")),
        ...more(invocation, context),
      ];
    },
  });
}

export const pgCtl = program(
  "pg_ctl",
  {
    places: START.places,
    log: role("log", taking("-l --log")),
    // A shell starts the server with these words.
    given: taking("-o --options"),
    program: role("program", taking("p")),
    choice: taking("-t --timeout -m --mode -N -U -P -e -S"),
    style: flags("-s --silent -w --wait -W --no-wait -c --core-files -q"),
    about: START.sort,
  },
  ({ values }) => [
    changesServices("pg_ctl", isBelow(values("places")) ? "processes" : "services"),
    ...values("given").flatMap((text) => shellRuns([[...literal("postgres "), ...text]])),
  ],
);

export const initdb = program("initdb", {
  places: START.places,
  other: taking("-X --waldir"),
  file: role("input", taking("--pwfile")),
  choice: taking(
    "-A --auth --auth-host --auth-local -E --encoding --icu-locale --icu-rules --locale --lc-collate --lc-ctype --lc-messages --lc-monetary --lc-numeric --lc-time --locale-provider --builtin-locale -T --text-search-config -U --username --wal-segsize -L -c --set",
  ),
  style: flags(
    "-g --allow-group-access -k --data-checksums --no-data-checksums --no-locale -W --pwprompt -d --debug --discard-caches -n --no-clean -N --no-sync --no-instructions -s --show -S --sync-only",
  ),
  about: START.sort,
});

export const pgbench = program(
  "pgbench",
  {
    hosts: START.hosts,
    file: role("input", taking("-f --file")),
    choice: taking(
      "-I --init-steps -F --fillfactor -s --scale --index-tablespace --partition-method --partitions --tablespace -b --builtin -c --client -D --define -j --jobs -L --latency-limit -M --protocol -P --progress -R --rate -t --transactions -T --time --aggregate-interval --log-prefix --max-tries --random-seed --sampling-rate --show-script -p --port -U --username",
    ),
    style: flags(
      "-i --initialize -n --no-vacuum -q --quiet --foreign-keys --unlogged-tables -N --skip-some-updates -S --select-only -C --connect -l --log -r --report-per-command -v --vacuum-all --failures-detailed --progress-timestamp --verbose-errors -d --debug --exit-on-abort",
    ),
    about: START.sort,
  },
  () => databaseEffect("changes"),
);

export const pgBasebackup = program("pg_basebackup", {
  places: START.places,
  hosts: START.hosts,
  other: taking("--waldir"),
  choice: taking(
    "-F --format -r --max-rate -t --target -T --tablespace-mapping -X --wal-method -Z --compress -c --checkpoint -l --label -S --slot --manifest-checksums -d --dbname -p --port -s --status-interval -U --username -i --incremental --sync-method",
  ),
  style: flags(
    "-R --write-recovery-conf -z --gzip -C --create-slot -n --no-clean -N --no-sync -P --progress -v --verbose --manifest-force-encode --no-estimate-size --no-manifest --no-slot --no-verify-checksums -w --no-password -W --password",
  ),
  about: START.sort,
});

export const pgResetwal = program(
  "pg_resetwal",
  {
    places: START.places,
    choice: taking(
      "-c --commit-timestamp-ids -e --epoch -l --next-wal-file -m --multixact-ids -o --next-oid -O --multixact-offset -u --oldest-transaction-id -x --next-transaction-id --wal-segsize --char-signedness",
    ),
    style: flags("-f --force -n --dry-run"),
    about: START.sort,
  },
  () => databaseEffect("destroys"),
);

export const pgRewind = program("pg_rewind", {
  places: taking("-D --target-pgdata"),
  file: role("input", taking("--config-file")),
  source: role("input tree", taking("--source-pgdata")),
  choice: taking("--source-server --sync-method"),
  style: flags(
    "-c --restore-target-wal -n --dry-run -N --no-sync -P --progress -R --write-recovery-conf --debug --no-ensure-shutdown",
  ),
  about: START.sort,
});

function changesServices(
  operation: string,
  system: "services" | "processes" = "services",
): Consequence {
  return effect<"deploy">({ kind: "deploy", system, operation });
}

/** Whether files of a server lie where the call works: then it is a process of the session's own, and no service of the machine. */
function isBelow(places: readonly Text[]): boolean {
  const paths = places.map((place) => textOf(place));
  const isElsewhere = (path: string): boolean => /^[/~]|(?:^|\/)\.\.(?:\/|$)/.test(path);
  return paths.length > 0 && paths.every((path) => path !== undefined && !isElsewhere(path));
}

/** What such a program does anyway: it runs, changes files of a server in these places, and asks these hosts. */
function follows(
  name: string,
  places: readonly Text[],
  hosts: readonly Text[],
): readonly Consequence[] {
  return [
    effect<"execute">({ kind: "execute", program: name, origin: "system", reach: "unbounded" }),
    ...(ON_FILES.test(name)
      ? (places.length > 0 ? places : [literal("/var/lib/postgresql")]).map((path) =>
          writes(path, "change", { reach: "tree" }),
        )
      : []),
    ...hosts.map(
      (url): Consequence => ({
        kind: "contacts",
        url,
        scheme: "sql",
        carries: [{ kind: "argument" }],
      }),
    ),
    ...(name === "redis-benchmark" ? databaseEffect("changes") : []),
    ...(name === "pg_dropcluster" ? databaseEffect("destroys") : []),
  ];
}
