// Whether calls are recorded, what an entry says, whether it leaves the machine, and whether the recorder runs.
import { type Looks, notApplicable, unseen, verdict } from "../../check.ts";
import { inOrganization } from "../../causes.ts";
import { absence, expecting, lineFault, linesOf } from "../../looking.ts";
import { isOwnHook } from "../../own-hook.ts";
import { scriptFiles } from "../../scripts-seen.ts";
import type { SeenFile, AuditInputs } from "../../inputs/audit-inputs.ts";
import { isOn, named, variablesOf } from "../../variables.ts";
import { commandOf, logsOf, pathsIn } from "./written-logs.ts";

/** Hooks that keep a log, and not only hold calls. */
const auditHooks = ({ hooks }: AuditInputs) =>
  hooks.filter(
    (hook) =>
      pathsIn(commandOf(hook)).length > 0 ||
      hook.scripts.some((file) => logsOf(file).length > 0) ||
      [commandOf(hook), ...hook.scripts.map(({ text = "" }) => text)].some((text) =>
        /audit|\blogger\b|systemd-cat/i.test(text),
      ),
  );

const OWN_RECORD = "the record of the guard";

/** What records calls here. */
const recorders = (auditInputs: AuditInputs): readonly string[] => [
  ...(auditInputs.guard.kind === "seen" && auditInputs.guard.value.isGuarded ? [OWN_RECORD] : []),
  ...auditHooks(auditInputs).map(({ file }) => file.shown),
  ...named(variablesOf(auditInputs), /^CLAUDE_CODE_ENABLE_TELEMETRY$/)
    .filter(({ value }) => isOn(value))
    .map(({ name }) => name),
];

/** Checks of the family `record` about what is recorded. */
export const entryLooks: Looks = {
  "no-record": expecting(recorders, {
    message: "nothing records which calls were made",
    fix: "run `sallyport init` in the project: every decision is recorded",
  }),
  "missing-fields": (auditInputs) => {
    const hooks = auditInputs.hooks.filter((hook) =>
      ["PostToolUse", "PreToolUse", "PostToolUseFailure"].includes(hook.event),
    );
    const logging = hooks.flatMap((hook) =>
      [{ file: hook.file, line: hook.line, text: commandOf(hook), scripts: hook.scripts }].flatMap(
        ({ file, line, text, scripts }) => {
          const script = scripts.find(
            (one) => logsOf(one).length > 0 || SYSLOG.test(one.text ?? ""),
          );
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
          // The log of the system notes the time by itself.
          ...(/date|time|now|strftime|\bts\b|%F|%T|epoch/i.test(text) || SYSLOG.test(text)
            ? []
            : ["time"]),
          ...(/user|whoami|\bid\b(?: -\w+)?|logname|\bactor\b|getpass|uid/i.test(text)
            ? []
            : ["user"]),
          ...(/tool/i.test(text) && /tool_name|toolName|\.tool\b|"tool"|TOOL/i.test(text)
            ? []
            : ["tool"]),
        ];
        // The whole payload names its tool, and nothing says when and who.
        const missing =
          /\b(?:jq -c \.|cat(?: -)?)\s*>>|\bcat\b[^|]*>>|\b(?:json\.dumps|JSON\.stringify|ConvertTo-Json)\(?\s*\$?\w+\s*[),|]/.test(
            text,
          )
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
  "not-off-host": expecting(
    (auditInputs) => [
      ...(auditInputs.guard.kind === "seen" && auditInputs.guard.value.exportTargets > 0
        ? ["exports.yaml of the guard"]
        : []),
      ...named(variablesOf(auditInputs), /^OTEL_EXPORTER_OTLP_(?:\w+_)?ENDPOINT$/)
        .filter(({ isEmpty }) => !isEmpty)
        .map(({ name }) => name),
      ...auditInputs.hooks
        .filter(
          ({ type, command }) =>
            type === "http" && !/\/\/(?:127\.|localhost|\[::1\])/.test(command),
        )
        .map(({ file }) => file.shown),
      ...[...scriptFiles(auditInputs), ...auditInputs.hooks.flatMap((hook) => hook.scripts)]
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
    {
      // Where nothing is recorded there is nothing to deliver: `no-record` says that.
      // The guard's own record shows what was taken out of it, so one person's machine is not asked for another.
      applies: (auditInputs) =>
        recorders(auditInputs).some((one) => one !== OWN_RECORD)
          ? undefined
          : inOrganization(auditInputs),
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
    // The command hook judges and records in its own process.
    if (guard.value.isGuarded && hooks.some((hook) => isOwnHook(hook, { guard })))
      return verdict(["the hook that records by itself"], []);
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

/** Code that writes to the log of the system. */
const SYSLOG = /\bsyslog\.syslog\(|\bSysLogHandler\(|\bSyslog\.(?:log|open)\b|\bjournal\.send\(/;

const lineOfWrite = (file: SeenFile) =>
  logsOf(file)[0]?.line ?? linesOf(file).find(({ text }) => SYSLOG.test(text))?.line ?? 1;
