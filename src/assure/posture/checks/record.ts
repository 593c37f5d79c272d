// How the record of calls is looked at: that there is one, who can reach it, what its entries say, and how long it is kept.
import { type Fault, type Look, type Looks, notApplicable, unseen, verdict } from "../check.ts";
import {
  absence,
  expecting,
  fileFault,
  filesIn,
  lineFault,
  linesOf,
  ofFiles,
  ofSettings,
  scalarOf,
  spotFault,
  spotsAt,
} from "../looking.ts";
import { scriptFiles } from "../scripts-seen.ts";
import type { HookSight, SeenFile, Sights } from "../sights.ts";
import { isOn, named, variablesOf } from "../variables.ts";

const LOG_FILES =
  /(?:^|\/)(?:var\/log\/(?:claude|sallyport)[\w-]*\/.+|.*(?:audit|tool-use|tool_use|claude|activity|commands?)[\w.-]*\.(?:log|jsonl|ndjson))$/i;
/** Where a command writes: what stands behind `>>`, `tee -a` or a variable that names a log. */
const WRITES =
  /(?:>>?|\btee\s+(?:-a\s+|--append\s+)?|\b(?:LOG(?:_?FILE|_?PATH|_?DIR)?|AUDIT_LOG(?:_FILE)?|OUT)=|open\(|expanduser\(|appendFileSync\(|appendFile\(|createWriteStream\()\s*["'(]?([^\s"'|;&)]+)/gi;
const IS_LOG = /\.(?:log|jsonl|ndjson|csv)$|(?:^|\/)(?:audit|logs?)(?:\/|$)/i;

type Written = { readonly file: SeenFile; readonly line: number; readonly path: string };

/** Logs that hooks and their scripts write, with the place that names each. */
function writtenLogs({ hooks }: Sights): readonly Written[] {
  return hooks.flatMap((hook) => [
    ...pathsIn(commandOf(hook)).map((path) => ({ file: hook.file, line: hook.line, path })),
    ...hook.scripts.flatMap((file) =>
      linesOf(file).flatMap(({ line, text }) =>
        /^\s*#/.test(text) ? [] : pathsIn(text).map((path) => ({ file, line, path })),
      ),
    ),
  ]);
}

const commandOf = ({ command, args = [] }: HookSight) => [command, ...args].join(" ");

function pathsIn(text: string): readonly string[] {
  return [...text.matchAll(WRITES)]
    .map(({ 1: path = "" }) => path.replaceAll(/[\\"'`]/g, ""))
    .filter((path) => IS_LOG.test(path) && !path.startsWith("&") && path !== "/dev/null");
}

const inHome = (path: string) =>
  /^(?:~|\$\{?HOME\}?|\/home\/[^/]+|\/Users\/[^/]+|\/root)\//.test(path);
const inRepository = (path: string) =>
  /^\$\{?(?:CLAUDE_PROJECT_DIR|PWD|PROJECT_DIR|REPO_ROOT)\}?\/|^\$\(git rev-parse[^)]*\)\/|^\.{1,2}\/|^(?:\.claude|logs?|audit|tmp|var)\//.test(
    path,
  ) || /^[\w.-]+\.(?:log|jsonl|ndjson)$/.test(path);

function ofLogs(wanted: (path: string) => boolean, message: string): Look {
  return (sights) => {
    const logs = writtenLogs(sights);
    if (logs.length === 0) return notApplicable("no hook writes a log");
    return verdict(
      [...new Set(logs.map(({ file }) => file.shown))],
      logs
        .filter(({ path }) => wanted(path))
        .map(({ file, line }) =>
          lineFault(
            file,
            line,
            message,
            "write where another user owns the file, such as `/var/log/claude-code/`, or let `sallyport daemon` keep the record",
          ),
        ),
    );
  };
}

function ofLogModes(bits: number, message: string, fix: (file: SeenFile) => string): Look {
  return (sights) => {
    const files = filesIn(
      [sights.repository, sights.home, sights.system, sights.managed],
      LOG_FILES,
    );
    const { guard } = sights;
    const own = guard.kind === "seen" && guard.value.isLogOpen;
    if (files.length === 0 && guard.kind === "seen" && guard.value.logDirectory === undefined)
      return notApplicable("there is no log to look at");
    const told = files.filter(({ mode }) => mode !== undefined);
    if (told.length === 0 && guard.kind === "unseen")
      return unseen("nobody told the rights of a log");
    const faults = told
      .filter(({ mode = 0 }) => (mode & bits) > 0)
      .map((file) => fileFault(file, message, fix(file)));
    return verdict(
      files.map(({ shown }) => shown),
      own
        ? [
            ...faults,
            absence(
              `${message}: the record of the guard`,
              "chmod -R go-rwx on its folder; `sallyport status` names it",
            ),
          ]
        : faults,
    );
  };
}

/** Hooks that keep a log, and not only hold calls. */
const auditHooks = ({ hooks }: Sights) =>
  hooks.filter((hook) =>
    [commandOf(hook), ...hook.scripts.map(({ text = "" }) => text)].some(
      (text) => pathsIn(text).length > 0 || /audit|\blogger\b|systemd-cat/i.test(text),
    ),
  );

const operations = (sights: Sights) => scriptFiles(sights);
const ofOperations = (find: (file: SeenFile, sights: Sights) => readonly Fault[]) =>
  ofFiles(operations, "script", find);
const isAboutLogs = (text: string) =>
  /claude|audit/i.test(text) && /\blogs?\b|\.log|\.jsonl/i.test(text);

/** Functions of the family `record`. */
export const recordLooks: Looks = {
  "no-record": expecting(
    (sights) => [
      ...(sights.guard.kind === "seen" && sights.guard.value.isGuarded
        ? ["the record of the guard"]
        : []),
      ...auditHooks(sights).map(({ file }) => file.shown),
      ...named(variablesOf(sights), /^CLAUDE_CODE_ENABLE_TELEMETRY$/)
        .filter(({ value }) => isOn(value))
        .map(({ name }) => name),
    ],
    {
      message: "nothing records which calls were made",
      fix: "run `sallyport init` in the project: every decision is recorded",
    },
  ),
  "log-in-repository": (sights) => {
    const { guard } = sights;
    const result = ofLogs(
      inRepository,
      "the log lies in the repository: sessions can change it, and it goes with the clone",
    )(sights);
    const committed = filesIn(
      [sights.repository],
      /(?:^|\/)(?:\.claude\/(?:logs?\/)?[\w.-]+\.(?:log|jsonl)|audit[\w.-]*\.(?:log|jsonl))$/,
    ).map((file) =>
      fileFault(
        file,
        "a log of calls lies in the repository",
        "move it out, and write to `/var/log/claude-code/`",
      ),
    );
    if (guard.kind === "seen" && guard.value.isLogInRepository)
      return verdict(
        ["the guard"],
        [
          absence(
            "the record of the guard lies in the audited directory",
            "set `SALLYPORT_DATA` to a folder outside",
          ),
        ],
      );
    return committed.length === 0
      ? result
      : verdict(
          [...result.lookedAt, ...committed.map(({ file = "" }) => file)],
          [...result.faults, ...committed],
        );
  },
  "log-in-home": ofLogs(inHome, "the log lies in the home directory, where sessions can write"),
  "log-readable-by-others": ofLogModes(
    0o004,
    "others on this machine can read what sessions did",
    ({ shown }) => `chmod o-r ${shown}`,
  ),
  "log-writable-by-others": ofLogModes(
    0o022,
    "others on this machine can change what sessions did",
    ({ shown }) => `chmod go-w ${shown}`,
  ),
  "missing-fields": (sights) => {
    const hooks = sights.hooks.filter((hook) =>
      ["PostToolUse", "PreToolUse", "PostToolUseFailure"].includes(hook.event),
    );
    const logging = hooks.flatMap((hook) =>
      [{ file: hook.file, line: hook.line, text: commandOf(hook), scripts: hook.scripts }].flatMap(
        ({ file, line, text, scripts }) => {
          const script = scripts.find(({ text: one = "" }) => pathsIn(one).length > 0);
          if (script !== undefined)
            return [{ file: script, line: lineOfWrite(script), text: script.text ?? "" }];
          return pathsIn(text).length > 0 && scripts.length === 0 ? [{ file, line, text }] : [];
        },
      ),
    );
    if (logging.length === 0) return notApplicable("no hook writes a log");
    return verdict(
      [...new Set(logging.map(({ file }) => file.shown))],
      logging.flatMap(({ file, line, text }) => {
        const lacks = [
          ...(/date|time|now|strftime|\bts\b|%F|%T|epoch/i.test(text) ? [] : ["time"]),
          ...(/user|whoami|\bid\b(?: -\w+)?|logname|\bactor\b|getpass|uid/i.test(text)
            ? []
            : ["user"]),
          ...(/tool/i.test(text) && /tool_name|toolName|\.tool\b|"tool"|TOOL/i.test(text)
            ? []
            : ["tool"]),
        ];
        // The whole payload names its tool, and nothing says when and who.
        const missing = /\b(?:jq -c \.|cat(?: -)?)\s*>>|\bcat\b[^|]*>>/.test(text)
          ? lacks.filter((one) => one !== "tool")
          : lacks;
        return missing.length === 0
          ? []
          : [
              lineFault(
                file,
                line,
                `entries of this log lack ${missing.join(", ")}`,
                "write time, user, session and tool, or let `sallyport init` record them",
              ),
            ];
      }),
    );
  },
  "no-rotation": expecting(
    (sights) => [
      ...(sights.guard.kind === "seen" && sights.guard.value.logDirectory !== undefined
        ? ["segments of the guard's record"]
        : []),
      ...[...sights.repository.files.values(), ...sights.system.files.values()]
        .filter(
          ({ path, text = "" }) =>
            /logrotate/.test(path) ||
            (/\brotate\b|logrotate|maxsize|RotatingFileHandler/i.test(text) &&
              /audit|claude/i.test(text)),
        )
        .map(({ shown }) => shown),
    ],
    {
      message: "the audit log grows for ever",
      fix: "`sallyport log logrotate` prints a file for logrotate that archives before it deletes",
    },
    {
      applies: (sights) =>
        writtenLogs(sights).length > 0 ||
        filesIn([sights.repository, sights.system, sights.home], LOG_FILES).length > 0
          ? undefined
          : "there is no log to rotate",
    },
  ),
  "retention-too-short": (sights) => {
    const named_ = frameworks(sights);
    const files = [
      ...scriptFiles(sights),
      ...filesIn(
        [sights.repository, sights.system],
        /logrotate|retention|(?:^|\/)\.sallyport\/.*\.ya?ml$|\.(?:ya?ml|conf|json)$/,
      ),
    ].filter((file, index, all) => all.indexOf(file) === index);
    const periods = files.flatMap((file) => periodsIn(file));
    if (periods.length === 0) return notApplicable("nothing here says how long logs are kept");
    if (named_.length === 0)
      return notApplicable("no framework is named that asks for a period", [
        ...new Set(periods.map(({ file }) => file.shown)),
      ]);
    const least = Math.max(...named_.map((name) => DAYS[name] ?? 365));
    return verdict(
      [...new Set(periods.map(({ file }) => file.shown))],
      periods
        .filter(({ days }) => days < least)
        .map(({ file, line, days }) =>
          lineFault(
            file,
            line,
            `logs go after ${days} days, and ${named_.join(" and ")} ask for ${least}`,
            `keep them for ${least} days: \`sallyport log retention\` has periods by framework`,
          ),
        ),
    );
  },
  "content-kept-long": ofSettings((sights) =>
    spotsAt(sights, ["cleanupPeriodDays"])
      .filter(({ node }) => Number(scalarOf(node)) > 90)
      .map((spot) =>
        spotFault(
          spot,
          "transcripts with everything that was said and read are kept longer than 90 days",
          { fix: 'write `"cleanupPeriodDays": 30`' },
        ),
      ),
  ),
  "cleanup-period-invalid": ofSettings((sights) =>
    spotsAt(sights, ["cleanupPeriodDays"])
      .filter(({ node }) => {
        const value = scalarOf(node);
        return typeof value !== "number" || !Number.isInteger(value) || value < 1;
      })
      .map((spot) =>
        spotFault(spot, "this is no whole number of days from 1 on", {
          fix: 'write `"cleanupPeriodDays": 30`',
        }),
      ),
  ),
  "delete-before-archive": ofOperations((file) => {
    const text = file.text ?? "";
    if (!isAboutLogs(text)) return [];
    const lines = linesOf(file).filter(({ text: one }) => !/^\s*#/.test(one));
    const deletes = lines.find(({ text: one }) =>
      /\bfind\b.*(?:-delete|-exec\s+rm|\|\s*xargs[^|]*\brm\b)|\brm\s+(?:-\w+\s+)*["']?\S*(?:log|audit|jsonl)/i.test(
        one,
      ),
    );
    const archive = lines.findLast(({ text: one }) =>
      /\b(?:aws s3 (?:sync|cp|mv)|gsutil (?:-m )?(?:cp|rsync)|gcloud storage|az storage|rclone|rsync|scp|s3cmd|tar\s+-?\w*c|restic|borg)\b/i.test(
        one,
      ),
    );
    if (deletes === undefined || archive === undefined || deletes.line >= archive.line) return [];
    return [
      lineFault(
        file,
        deletes.line,
        "logs are deleted before they are archived",
        "archive, compare digests, then delete: `sallyport log archive`",
      ),
    ];
  }),
  "query-by-text": ofOperations((file) => {
    if (!isAboutLogs(file.text ?? "")) return [];
    return linesOf(file)
      .filter(({ text }) => !/^\s*#/.test(text))
      .filter(
        ({ text }) =>
          /\b[ef]?grep\b[^|]*\b-\w*c\w*\b[^|]*["'][^"']*(?:denied|blocked|error|deny|fail)/i.test(
            text,
          ) ||
          /\b[ef]?grep\b[^|]*["'][^"']*(?:denied|blocked)(?:\\?\|)[^"']*["'][^|]*\|\s*wc\s+-l/i.test(
            text,
          ) ||
          /\b[ef]?grep\b[^|]*["'][^"']*(?:denied|deny|blocked|error)[^"']*["'][^|]*\|\s*wc\s+-l/i.test(
            text,
          ) ||
          /\bawk\b[^|]*\$tool\b|\bawk\b[^|]*\$[a-z_]{3,}\s*==/.test(text) ||
          /\bgrep\b[^|]*["']"?\w+"?\s*:["'][^|]*\|\s*jq\s+-s/.test(text) ||
          /\bcut\s+-d:?\s*['"]?:?['"]?\s*-f\d+\s*\|\s*jq\b|\bcut -d:.*\|\s*jq\b/.test(text),
      )
      .map(({ line }) =>
        lineFault(
          file,
          line,
          "words are counted and no fields are asked, so data that holds the word counts too",
          "ask fields: `sallyport log search 'verdict:deny' --since 1h`",
        ),
      );
  }),
  "incident-in-temporary-file": ofOperations((file) =>
    /incident|breach|forensic|evidence/i.test(file.text ?? "")
      ? linesOf(file)
          .filter(
            ({ text }) =>
              !/^\s*#/.test(text) &&
              !/mktemp/.test(text) &&
              /\/tmp\/[\w$({}+%. :'"-]*(?:incident|breach|evidence|forensic|INC)|(?:incident|evidence|forensic)\w*\s*=\s*["']?\/tmp\//i.test(
                text,
              ),
          )
          .slice(0, 3)
          .map(({ line }) =>
            lineFault(
              file,
              line,
              "everybody on the machine can read the record of the incident, and guess its name",
              "make a folder of your own: `umask 077; dir=$(mktemp -d)`",
            ),
          )
      : [],
  ),
  "containment-without-effect": ofOperations((file) => {
    const isContainment =
      /incident|contain|lockdown|revoke|emergency|breach|leak|rotate|expos|compromis/i.test(
        `${file.path}\n${file.text ?? ""}`,
      );
    return linesOf(file)
      .filter(({ text }) => !/^\s*#/.test(text))
      .filter(
        ({ text }) =>
          /\bclaude\s+config\s+set\s+["']?permissions\b/.test(text) ||
          (isContainment &&
            /^\s*(?:export\s+ANTHROPIC_API_KEY=(?:""|''|\s*$)|unset\s+ANTHROPIC_API_KEY|ANTHROPIC_API_KEY=(?:""|'')?\s*$)/.test(
              text,
            )),
      )
      .map(({ line }) =>
        lineFault(
          file,
          line,
          "this stops nothing: the key stays valid, and the client has no such command",
          "run `sallyport lockdown`, and revoke the key where it was issued",
        ),
      );
  }),
  "not-off-host": expecting(
    (sights) => [
      ...(sights.guard.kind === "seen" && sights.guard.value.exportTargets > 0
        ? ["exports.yaml of the guard"]
        : []),
      ...named(variablesOf(sights), /^OTEL_EXPORTER_OTLP_(?:\w+_)?ENDPOINT$/)
        .filter(({ isEmpty }) => !isEmpty)
        .map(({ name }) => name),
      ...sights.hooks
        .filter(
          ({ type, command }) =>
            type === "http" && !/\/\/(?:127\.|localhost|\[::1\])/.test(command),
        )
        .map(({ file }) => file.shown),
      ...[...scriptFiles(sights), ...sights.hooks.flatMap((hook) => hook.scripts)]
        .filter(
          ({ text = "" }) =>
            /\b(?:aws s3 (?:sync|cp)|rclone|logger -n|vector|fluent-?bit|filebeat|syslog|SIEM|splunk|datadog|logstash|gsutil|rsync .*:)/i.test(
              text,
            ) && /audit|log/i.test(text),
        )
        .map(({ shown }) => shown),
    ],
    {
      message: "no audit log leaves this machine: what there is goes with it",
      fix: "add a target to `exports.yaml`; `sallyport export test` tries it",
    },
  ),
  "daemon-stopped": ({ guard, hooks }) => {
    if (guard.kind === "unseen") return unseen(guard.why);
    if (!guard.value.isInstalled) return notApplicable("the recording service is not installed");
    const isStarted = hooks.some(
      ({ event, args = [] }) => event === "SessionStart" && args.includes("--ensure"),
    );
    if (isStarted && guard.value.isGuarded)
      return verdict(["the hook that starts the daemon with each session"], []);
    return verdict(
      ["the daemon"],
      guard.value.isDaemonRunning
        ? []
        : [
            absence(
              "the recording service is installed and does not run",
              "run `sallyport daemon start`, or let the system keep it: `sallyport service install`",
            ),
          ],
    );
  },
};

const lineOfWrite = (file: SeenFile) =>
  linesOf(file).find(({ text }) => pathsIn(text).length > 0)?.line ?? 1;

/** Days for which frameworks want records, by our own choice of periods (X.11). */
const DAYS: Readonly<Record<string, number>> = {
  "SOC 2": 365,
  HIPAA: 2190,
  "PCI DSS": 365,
  "ISO 27001": 365,
};

/** Frameworks that the repository or its scripts name. */
function frameworks({ repository, system, managed }: Sights): readonly string[] {
  const text = [...repository.files.values(), ...system.files.values(), ...managed.files.values()]
    .filter(({ path }) => /\.(?:md|ya?ml|json|sh|conf|txt)$|logrotate/i.test(path))
    .map((file) => file.text ?? "")
    .join("\n");
  return [
    ...(/\bSOC[ -]?2\b/i.test(text) ? ["SOC 2"] : []),
    ...(/\bHIPAA\b/i.test(text) ? ["HIPAA"] : []),
    ...(/\bPCI[ -]?DSS\b/i.test(text) ? ["PCI DSS"] : []),
  ];
}

/** Periods after which a file has logs deleted. */
function periodsIn(file: SeenFile): readonly { file: SeenFile; line: number; days: number }[] {
  const text = file.text ?? "";
  if (!/audit|claude|sallyport|tool[-_ ]?use/i.test(`${file.path}\n${text}`)) return [];
  const isWeekly = /^\s*weekly\b/m.test(text);
  const isMonthly = /^\s*monthly\b/m.test(text);
  return linesOf(file).flatMap(({ line, text: one }) => {
    if (/^\s*#/.test(one)) return [];
    const days =
      /-mtime\s+\+(\d+)\b(?=.*(?:-delete|rm\b|xargs))/.exec(one)?.[1] ??
      /^\s*maxage\s+(\d+)/.exec(one)?.[1] ??
      /\b(?:RETENTION(?:_DAYS)?|KEEP_DAYS|MAX_AGE(?:_DAYS)?)["']?\s*[:=]\s*["']?(\d+)\b/i.exec(
        one,
      )?.[1] ??
      /\b(?:audit|logs?)\w*[._-]?(?:retention|keep)\w*["']?\s*:\s*["']?(\d+)\s*(?:d|days)?\b/i.exec(
        one,
      )?.[1] ??
      /"(?:retentionDays|retention_days)"\s*:\s*(\d+)/.exec(one)?.[1];
    if (days !== undefined) return [{ file, line, days: Number(days) }];
    const rotate =
      /logrotate/i.test(file.path) || /^\s*(?:daily|weekly|monthly)\b/m.test(text)
        ? /^\s*rotate\s+(\d+)/.exec(one)?.[1]
        : undefined;
    return rotate === undefined
      ? []
      : [{ file, line, days: Number(rotate) * (isMonthly ? 30 : isWeekly ? 7 : 1) }];
  });
}
