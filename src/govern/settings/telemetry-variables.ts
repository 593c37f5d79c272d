// The variables by which the client sends its telemetry: where to, with which token, and that no content goes along.

/** How the client may send. gRPC reaches no daemon of ours: the client (2.1.328) checks no certificate for an address there. */
export const TELEMETRY_PROTOCOLS = ["http/json", "http/protobuf", "grpc"] as const;
/** Switches by which telemetry holds what people and tools say. Each stays off without a person's word on record (X.39). */
export const CONTENT_SWITCHES = [
  "OTEL_LOG_USER_PROMPTS",
  "OTEL_LOG_TOOL_DETAILS",
  "OTEL_LOG_TOOL_CONTENT",
  "OTEL_LOG_ASSISTANT_RESPONSES",
  "OTEL_LOG_RAW_API_BODIES",
] as const;
/** The header that carries the daemon's token. WHY not `Authorization`: the client's exporters differ in how they decode its space. */
export const TELEMETRY_HEADER = "x-sallyport-telemetry";

/** Where telemetry goes. `approved` are switches of content that a person agreed to. */
export type TelemetryTarget = {
  readonly endpoint: string;
  readonly protocol: (typeof TELEMETRY_PROTOCOLS)[number];
  readonly token?: string | undefined;
  readonly approved?: readonly string[];
};

/** The variables. WHY each signal too: a project's address for one signal alone would go before the address for all (M7.2). */
export function telemetryVariables(target: TelemetryTarget): Readonly<Record<string, string>> {
  const { protocol, token, approved = [] } = target;
  const endpoint = target.endpoint.replace(/\/+$/, "");
  const signals = ["metrics", "logs", "traces"].flatMap((signal) => {
    const prefix = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}`;
    return [
      [`${prefix}_ENDPOINT`, protocol === "grpc" ? endpoint : `${endpoint}/v1/${signal}`],
      [`${prefix}_PROTOCOL`, protocol],
    ];
  });
  return {
    CLAUDE_CODE_ENABLE_TELEMETRY: "1",
    OTEL_METRICS_EXPORTER: "otlp",
    OTEL_LOGS_EXPORTER: "otlp",
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    ...Object.fromEntries(signals),
    ...(token === undefined ? {} : { OTEL_EXPORTER_OTLP_HEADERS: `${TELEMETRY_HEADER}=${token}` }),
    ...Object.fromEntries(
      CONTENT_SWITCHES.map((name) => [name, approved.includes(name) ? "1" : "0"]),
    ),
  };
}
