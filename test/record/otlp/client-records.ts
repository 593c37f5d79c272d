// Telemetry in the form of the client's, made up for tests.
type Value = string | number | boolean;

/** One log record of the client. */
export function clientRecord(
  name: string,
  sequence: number,
  attributes: Readonly<Record<string, Value>> = {},
  timeMs = 1_795_243_331_547,
): object {
  const all = {
    "session.id": "d9a1a44c-a97e-40ee-924a-2d779921e5eb",
    "event.name": name,
    "event.sequence": sequence,
    ...attributes,
  };
  return {
    timeUnixNano: `${timeMs}000000`,
    body: { stringValue: `claude_code.${name}` },
    attributes: otlpAttributes(all),
  };
}

/** An export of log records of one service. */
export function logsRequest(records: readonly object[], service = "claude-code") {
  const scopeLogs = [{ scope: { name: "com.anthropic.claude_code.events" }, logRecords: records }];
  const resource = { attributes: otlpAttributes({ "service.name": service }) };
  return { resourceLogs: [{ resource, scopeLogs }] };
}

/** Attributes as OTLP writes them in JSON; whole numbers as texts. */
export function otlpAttributes(values: Readonly<Record<string, Value>>): readonly object[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: valueOf(value) }));
}

function valueOf(value: Value): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
