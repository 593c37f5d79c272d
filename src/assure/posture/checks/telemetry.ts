// How telemetry is looked at: whether it leaves, where to, how, and what of people and tools it holds.
import { type Look, type Looks, notApplicable, unseen, verdict } from "../check.ts";
import { isInForce } from "../attested.ts";
import { isPlainRemote } from "../inputs/addresses.ts";
import { inOrganization } from "../causes.ts";
import { expecting, filesIn, lineFault, linesLike, linesOf, ofFiles } from "../looking.ts";
import { isLiteralSecret, isPlaceholder } from "../inputs/secret-texts.ts";
import type { AuditInputs } from "../inputs/audit-inputs.ts";
import { START_FILES } from "../inputs/start-files.ts";
import { everyVariable, placesOfVariables } from "../start-variables.ts";
import { isOn, named, type SetVariable } from "../variables.ts";
import { configurationsIn, openListeners } from "./open-receivers.ts";

const SWITCH = /^CLAUDE_CODE_ENABLE_TELEMETRY$/;
const EXPORTER = /^OTEL_(?:METRICS|LOGS|TRACES)_EXPORTER$/;
const ENDPOINT = /^OTEL_EXPORTER_OTLP_(?:(?:METRICS|LOGS|TRACES)_)?ENDPOINT$/;
const PROTOCOL = /^OTEL_EXPORTER_OTLP_(?:(?:METRICS|LOGS|TRACES)_)?PROTOCOL$/;
const HEADERS = /^OTEL_EXPORTER_OTLP_(?:(?:METRICS|LOGS|TRACES)_)?HEADERS$/;
const REVIEW = "governance/logging-privacy-review";

const isTelemetryOn = (variables: readonly SetVariable[]) =>
  named(variables, SWITCH).some(
    ({ value, layer }) => isOn(value) || (layer === "environment" && value === undefined),
  );

function ofTelemetry(
  find: (
    variables: readonly SetVariable[],
    auditInputs: AuditInputs,
  ) => ReturnType<SetVariable["fault"]>[],
): Look {
  return (auditInputs) => {
    const variables = everyVariable(auditInputs);
    const own = named(
      variables,
      /^OTEL_|^CLAUDE_CODE_(?:ENABLE_TELEMETRY|OTEL_|ENHANCED_TELEMETRY)/,
    );
    const lookedAt = placesOfVariables(auditInputs);
    const faults = find(variables, auditInputs);
    if (faults.length > 0) return verdict(lookedAt, faults);
    if (auditInputs.environment.kind === "unseen")
      return unseen(auditInputs.environment.why, lookedAt);
    return own.length === 0
      ? notApplicable("telemetry is not configured", lookedAt)
      : verdict(lookedAt, []);
  };
}

/** A content switch that is on; passes where a review of it is attested. */
function switchedOn(pattern: RegExp, message: string): Look {
  return ofTelemetry((variables, auditInputs) => {
    if (isReviewed(auditInputs)) return [];
    const own = named(variables, pattern)
      .filter(({ value }) => value !== undefined && !/^(?:0|false|off|no|)$/i.test(value.trim()))
      .map(({ fault }) =>
        fault(
          message,
          `write \`"0"\`, or attest the review: \`sallyport attestation add ${REVIEW} --evidence FILE --for 365d --reason ...\``,
        ),
      );
    return [
      ...own,
      ...givenElsewhere(auditInputs, pattern).map(({ file, line }) =>
        lineFault(file, line, message, 'write `"0"`, or take it out'),
      ),
    ];
  });
}

/** Files that give variables to containers, jobs and sessions in folders below. */
const GIVING =
  /(?:^|\/)\.?devcontainer(?:\/[\w-]+)?(?:\/devcontainer)?\.json$|(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$|(?:^|\/)\.gitlab-ci\.ya?ml$|(?:^|\/)(?:docker-)?compose[\w.-]*\.ya?ml$|^.+\/\.claude\/settings(?:\.local)?\.json$/;

/** Where such files switch something on by a literal. */
function givenElsewhere({ repository }: AuditInputs, pattern: RegExp) {
  const name = pattern.source.replace(/^\^|\$$/g, "");
  const given = new RegExp(`\\b${name}["']?\\s*[:=]\\s*["']?([\\w:/.-]+)`);
  return filesIn([repository], GIVING).flatMap((file) =>
    linesOf(file)
      .filter(({ text }) => {
        const value = /^\s*(?:#|\/\/)/.test(text) ? undefined : given.exec(text)?.at(-1);
        return value !== undefined && !/^(?:0|false|off|no)$/i.test(value);
      })
      .map(({ line }) => ({ file, line })),
  );
}

function isReviewed({ statements }: AuditInputs): boolean {
  if (statements.kind === "unseen") return false;
  const said = statements.value.filter(
    (one) => one.about === REVIEW && one.isHere && isInForce(one),
  );
  return (
    said.some(({ kind }) => kind === "attestation") &&
    said.every(({ kind }) => kind !== "objection")
  );
}

/** Functions of the family `telemetry`. */
export const telemetryLooks: Looks = {
  "not-enabled": expecting(
    (auditInputs) => [
      ...named(everyVariable(auditInputs), SWITCH)
        .filter(({ value }) => isOn(value))
        .map(({ name }) => name),
      ...(auditInputs.guard.kind === "seen" && auditInputs.guard.value.exportTargets > 0
        ? ["exports.yaml of the guard"]
        : []),
    ],
    {
      message: "nothing exports telemetry, so nobody away from this machine sees what sessions do",
      fix: "set `CLAUDE_CODE_ENABLE_TELEMETRY`, `OTEL_LOGS_EXPORTER` and `OTEL_EXPORTER_OTLP_ENDPOINT` in managed `env`: `sallyport policy compile team --target managed --site site.yaml` writes them",
    },
    { applies: inOrganization },
  ),
  "no-exporter": ofTelemetry((variables) => {
    if (!isTelemetryOn(variables)) return [];
    const exporters = named(variables, EXPORTER).filter(
      ({ value, isEmpty }) => !isEmpty && value?.trim() !== "none",
    );
    if (exporters.length > 0) return [];
    return named(variables, SWITCH)
      .slice(0, 1)
      .map(({ fault }) =>
        fault(
          "telemetry is on and goes nowhere: no exporter is named",
          'add `"OTEL_METRICS_EXPORTER": "otlp"` and `"OTEL_LOGS_EXPORTER": "otlp"`',
        ),
      );
  }),
  "no-endpoint": ofTelemetry((variables) => {
    const otlp = named(variables, EXPORTER).filter(({ value = "" }) => /\botlp\b/.test(value));
    // An endpoint for one kind takes nothing of the others.
    const hasEndpoint = ({ name }: SetVariable): boolean =>
      named(
        variables,
        new RegExp(
          `^OTEL_EXPORTER_OTLP_(?:${/^OTEL_(\w+)_EXPORTER$/.exec(name)?.[1] ?? "LOGS"}_)?ENDPOINT$`,
        ),
      ).some(({ isEmpty }) => !isEmpty);
    const first = otlp.find((one) => !hasEndpoint(one));
    if (first === undefined) return [];
    return [
      first.fault(
        "an exporter is named and no endpoint: everything goes to this machine, where nobody listens",
        'add `"OTEL_EXPORTER_OTLP_ENDPOINT": "https://collector.example.com:4318"`',
      ),
    ];
  }),
  "unencrypted-endpoint": ofTelemetry((variables) =>
    named(variables, ENDPOINT)
      .filter(
        ({ value = "" }) =>
          isPlainRemote(value) ||
          (!/^\w+:\/\//.test(value) &&
            named(variables, /^OTEL_EXPORTER_OTLP_(?:\w+_)?INSECURE$/).some((one) =>
              isOn(one.value),
            ) &&
            isPlainRemote(`http://${value}`)),
      )
      .map(({ fault }) =>
        fault("what sessions do goes unencrypted to another host", "write `https://`"),
      ),
  ),
  prompts: switchedOn(/^OTEL_LOG_USER_PROMPTS$/, "what people write is exported"),
  "tool-details": switchedOn(
    /^OTEL_LOG_TOOL_DETAILS$/,
    "commands and paths are exported, secrets in them too, and no review is on record",
  ),
  "tool-content": switchedOn(
    /^OTEL_LOG_(?:TOOL_CONTENT|ASSISTANT_RESPONSES)$/,
    "what tools read and the model answers is exported",
  ),
  "raw-bodies": switchedOn(
    /^OTEL_LOG_RAW_API_BODIES$/,
    "whole requests are exported, files and secrets in them",
  ),
  "literal-token": ofTelemetry((variables) =>
    [
      ...named(variables, ENDPOINT).filter(({ hasPassword }) => hasPassword),
      ...named(variables, HEADERS).filter(({ value = "" }) =>
        value.split(",").some((pair) => {
          const [, name = "", held = ""] = /^\s*([^=]+)=(.*)$/s.exec(pair) ?? [];
          const bare = decodeURIComponentSafely(held);
          return (
            !isPlaceholder(bare) &&
            name !== "x-sallyport-telemetry" &&
            (isLiteralSecret(name, bare) || /^(?:Bearer|Basic)\s+(?!\$)\S{8,}/i.test(bare))
          );
        }),
      ),
    ].map(({ fault }) =>
      fault(
        "a token for the collector stands in settings",
        "make it invalid, and use `otelHeadersHelper` in managed settings",
      ),
    ),
  ),
  "port-mismatch": ofTelemetry((variables) => {
    // A kind with a protocol of its own and no endpoint goes where the others go.
    const ownProtocols = ["METRICS", "LOGS", "TRACES"].flatMap((signal) => {
      const [own] = named(variables, new RegExp(`^OTEL_EXPORTER_OTLP_${signal}_PROTOCOL$`));
      const hasOwn =
        named(variables, new RegExp(`^OTEL_EXPORTER_OTLP_${signal}_ENDPOINT$`)).length > 0;
      const isUsed = named(variables, new RegExp(`^OTEL_${signal}_EXPORTER$`)).some(
        ({ value = "" }) => /\botlp\b/.test(value),
      );
      return own === undefined || hasOwn || !isUsed ? [] : [own];
    });
    const general = named(variables, /^OTEL_EXPORTER_OTLP_ENDPOINT$/)[0]?.value ?? "";
    const lost = ownProtocols.filter(
      ({ value = "" }) =>
        (value === "grpc" && /:4318(?:\/|$)/.test(general)) ||
        (value.startsWith("http") && /:4317(?:\/|$)/.test(general)),
    );
    const found = named(variables, ENDPOINT).filter(({ name, value = "" }) => {
      const signal = /OTLP_(METRICS|LOGS|TRACES)_/.exec(name)?.[1];
      const protocol =
        (signal === undefined
          ? undefined
          : named(variables, new RegExp(`^OTEL_EXPORTER_OTLP_${signal}_PROTOCOL$`))[0]?.value) ??
        named(variables, /^OTEL_EXPORTER_OTLP_PROTOCOL$/)[0]?.value ??
        named(variables, PROTOCOL)[0]?.value;
      const port = /:(\d+)(?:\/|$)/.exec(value)?.[1];
      return (
        (protocol === "grpc" && port === "4318") ||
        ((protocol ?? "").startsWith("http") && port === "4317")
      );
    });
    return [...found, ...lost]
      .slice(0, 1)
      .map(({ fault }) =>
        fault(
          "protocol and port do not fit, so nothing arrives",
          "gRPC goes to 4317, HTTP to 4318",
        ),
      );
  }),
  "switched-off": ofTelemetry((variables, auditInputs) => [
    ...filesIn([auditInputs.home, auditInputs.repository], START_FILES)
      .concat(filesIn([auditInputs.repository], /(?:^|\/)\.envrc$/))
      .flatMap((file) =>
        linesLike(
          file,
          /^\s*(?:unset|set\s+-e\w*)\s+(?:-v\s+)?(?:\w+\s+)*(?:CLAUDE_CODE_ENABLE_TELEMETRY|OTEL_(?:METRICS|LOGS)_EXPORTER)\b|\benv\s+(?:-u\s+\w+\s+)*-u\s+CLAUDE_CODE_ENABLE_TELEMETRY\b/,
        ).map((line) =>
          lineFault(file, line, "the organization's telemetry is switched off here", "take it out"),
        ),
      ),
    ...variables
      .filter(({ layer }) => layer === "user" || layer === "project" || layer === "local")
      .filter(
        ({ name, value = "", isEmpty }) =>
          (SWITCH.test(name) && (isEmpty || /^(?:0|false|no|off)$/i.test(value.trim()))) ||
          (EXPORTER.test(name) && /^(?:none)?$/i.test(value.trim())) ||
          (/^OTEL_SDK_DISABLED$/.test(name) && isOn(value)),
      )
      .map(({ fault }) => ({
        ...fault("the organization's telemetry is switched off here", "take it out"),
        // Where nothing else sets it, nobody's telemetry is known to be meant.
        ...(named(variables, /^OTEL_|^CLAUDE_CODE_ENABLE_TELEMETRY$/).length < 2
          ? ({ severity: "low" } as const)
          : {}),
      })),
  ]),
  "not-managed": ofTelemetry((variables) => {
    const on = named(variables, SWITCH).filter(({ value }) => isOn(value));
    const [first] = on;
    if (first === undefined || on.some(({ layer }) => layer === "managed")) return [];
    return [
      first.fault("whoever it is about can switch it off", "put it into `env` of managed settings"),
    ];
  }),
  "collector-open": ofFiles(
    ({ repository }) =>
      filesIn([repository], /\.(?:ya?ml|toml|conf|alloy|river)$/).filter(({ text = "", path }) =>
        /\.ya?ml$/.test(path)
          ? /\breceivers\s*:/.test(text)
          : /\botelcol\.receiver\.|\btype\s*=\s*"opentelemetry"|^[ \t]*Name\s+opentelemetry/im.test(
              text,
            ),
      ),
    "collector configuration",
    (file, { yaml }) => {
      if (!/\.ya?ml$/.test(file.path)) return openListeners(file);
      const reading = yaml(file);
      if (reading.kind === "fault") return [];
      return [reading.value, ...reading.more]
        .flatMap((one) => configurationsIn(one))
        .map((path) =>
          lineFault(
            file,
            reading.place(path).line,
            "anybody in the network can send and fill the record",
            "bind to `127.0.0.1`, or add `tls` with `client_ca_file`, or `auth`",
          ),
        );
    },
  ),
  "no-detections": expecting(
    (auditInputs) => [
      ...filesIn(
        [auditInputs.repository],
        /(?:^|\/)(?:detections?|sigma|alerts?|alerting|runbooks?|rules\/(?:siem|sigma|alerts))(?:\/|[\w-]*\.(?:ya?ml|md|json|rules))/i,
      ).map(({ shown }) => shown),
      ...(auditInputs.guard.kind === "seen" && auditInputs.guard.value.isInstalled
        ? ["detections of the guard"]
        : []),
    ],
    {
      message: "telemetry is exported and nobody is told of anything in it",
      fix: "run the detections that ship with `sallyport start`, and write a runbook for each in `runbooks/`",
    },
    {
      applies: (auditInputs) =>
        isTelemetryOn(everyVariable(auditInputs)) ? undefined : "telemetry is not on",
    },
  ),
};

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
