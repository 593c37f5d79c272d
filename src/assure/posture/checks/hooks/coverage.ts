// Checks of whether hooks guard and record at all: which there are, whose they are, and what they leave out.
import { type Looks, notApplicable, verdict } from "../../check.ts";
import { codesOf, faultOf, guardsOf, type HookCode } from "../../hook-script/codes.ts";
import type { HookInput, AuditInputs } from "../../inputs/audit-inputs.ts";
import { filesOf } from "./looking.ts";
import { memberOf, toJson } from "#govern/settings/json-text.ts";

/** Functions about all hooks together. */
export const coverageLooks: Looks = {
  "repository-guard": (auditInputs) => {
    const guards = guardsOf(auditInputs).filter(({ event }) => event === "PreToolUse");
    if (guards.length === 0) return notApplicable("no hook guards calls");
    const own = guards.filter(({ layer }) => layer === "project" || layer === "local");
    if (
      own.length < guards.length ||
      (auditInputs.guard.kind === "seen" && auditInputs.guard.value.isGuarded)
    )
      return verdict(filesOf(auditInputs), []);
    return verdict(
      filesOf(auditInputs),
      own
        .slice(0, 1)
        .map((hook) =>
          faultOf(
            hook,
            "every guard here is the repository's own to change",
            "put one into managed settings, with `requiredMinimumVersion`, or run `sallyport init`",
          ),
        ),
    );
  },
  "no-change-guard": (auditInputs) => {
    const own = guardsOf(auditInputs).filter(
      ({ layer }) => layer !== "managed" && layer !== "plugin",
    );
    if (own.length === 0) return notApplicable("no guard lies where the agent could change it");
    const [first] = own;
    if (first === undefined || auditInputs.hooks.some(({ event }) => event === "ConfigChange"))
      return verdict(filesOf(auditInputs), []);
    return verdict(filesOf(auditInputs), [
      faultOf(
        first,
        "settings are taken over while a session runs: a command that rewrites them ends this guard",
        "add a ConfigChange hook: `sallyport recipe install guard-settings-changes`",
      ),
    ]);
  },
  "no-guard": (auditInputs) => {
    const guarded =
      guardsOf(auditInputs).some(({ event }) => event === "PreToolUse") ||
      (auditInputs.guard.kind === "seen" && auditInputs.guard.value.isGuarded);
    return verdict(
      guardedBy(auditInputs),
      guarded
        ? []
        : [
            {
              evidence: "",
              message: "no PreToolUse hook looks at calls before they run",
              fix: "run `sallyport init`",
            },
          ],
    );
  },
  "no-audit": (auditInputs) => {
    const isTold =
      recordsOf(auditInputs).length > 0 ||
      exportsTelemetry(auditInputs) ||
      (auditInputs.guard.kind === "seen" && auditInputs.guard.value.isGuarded);
    return verdict(
      guardedBy(auditInputs),
      isTold
        ? []
        : [
            {
              evidence: "",
              message: "no hook and no exporter records what is called",
              fix: "run `sallyport init`: every call is recorded",
            },
          ],
    );
  },
  "audit-after-only": (auditInputs) => {
    const records = recordsOf(auditInputs);
    if (records.length === 0) return notApplicable("no hook records calls");
    const others = records.some(({ event }) =>
      ["PreToolUse", "PostToolUseFailure", "PermissionDenied", "PermissionRequest"].includes(event),
    );
    const after = records.find(({ event }) => event === "PostToolUse");
    return verdict(
      filesOf(auditInputs),
      others || after === undefined
        ? []
        : [
            faultOf(
              after,
              "calls that were refused or failed leave no trace",
              "add PreToolUse and PostToolUseFailure",
            ),
          ],
    );
  },
};

/** Hooks that write what happens down, or say so by their name. */
function recordsOf(auditInputs: AuditInputs): readonly HookInput[] {
  const { codes } = codesOf(auditInputs);
  const writing = new Set(codes.filter((code) => keepsRecord(code)).map(({ hook }) => hook));
  return auditInputs.hooks.filter(
    (hook) =>
      /Tool|Permission/.test(hook.event) &&
      (writing.has(hook) ||
        /log|audit|record|telemetry/i.test(hook.command) ||
        hook.type === "http"),
  );
}

/** WHY by a name too: a list of failed tests or a figure that is sent away is no trail of calls. */
function keepsRecord({ reading, text }: HookCode): boolean {
  return (
    reading.logs.some(({ subjects }) => subjects.length > 0) ||
    (reading.logs.length + reading.sent.length > 0 &&
      /(?<!console\.|cata)log|audit|record|trail|journal|jsonl|history/i.test(text))
  );
}

function exportsTelemetry({ settings, environment }: AuditInputs): boolean {
  const inSettings = settings.some(({ root }) => {
    const env = memberOf(root, "env");
    const text = env === undefined ? "" : JSON.stringify(toJson(env));
    return (
      /"CLAUDE_CODE_ENABLE_TELEMETRY":"1"/.test(text) &&
      /"OTEL_(?:LOGS|METRICS)_EXPORTER":"(?!none)/.test(text)
    );
  });
  return inSettings || (environment.kind === "seen" && environment.value.has("OTEL_LOGS_EXPORTER"));
}

/** Files that enter hooks, and this guard where it was asked. */
function guardedBy(auditInputs: AuditInputs): readonly string[] {
  const { guard } = auditInputs;
  return [...filesOf(auditInputs), ...(guard.kind === "seen" ? ["the guard"] : [])];
}
