// Settings of every kind of target that speaks HTTP or writes a file, and the answers by which each takes a batch.

/** By kind; `kafka-rest-3` is `kafka-rest` by version 3 of its interface. Those with a protocol of their own are tested with real servers. */
export const SETTINGS: Readonly<Record<string, string>> = {
  datadog: "url: https://http-intake.logs.datadoghq.eu, apiKey: vault:secret/dd#key",
  elastic: "url: https://elastic.example.com:9200, apiKey: vault:secret/elastic#key",
  file: "path: /var/log/sallyport.jsonl",
  http: "url: https://siem.example.com/in?source=1, token: vault:secret/siem#token",
  "kafka-rest": "url: https://kafka.example.com, topic: claude.audit",
  "kafka-rest-3":
    "url: https://kafka.example.com/kafka, topic: claude.audit, cluster: lkc-1, token: vault:secret/kafka#token",
  loki: "url: https://loki.example.com, tenant: security, token: vault:secret/loki#token",
  otlp: "url: https://otel.example.com:4318, signals: [logs, metrics, traces], encoding: json, header: x-honeycomb-team, token: vault:secret/hc#key",
  s3: "url: https://bucket.s3.eu-central-1.amazonaws.com, region: eu-central-1, keyId: vault:secret/s3#id, secretKey: vault:secret/s3#secret",
  sentinel:
    "url: https://dce-1.westeurope-1.ingest.monitor.azure.com, rule: dcr-00000000000000000000000000000000, stream: Custom-Sallyport_CL, tenant: 11111111-2222-3333-4444-555555555555, clientId: 66666666-7777-8888-9999-000000000000, clientSecret: vault:secret/azure#client",
  "splunk-hec":
    "url: https://splunk.example.com:8088, token: vault:secret/splunk#token, index: claude",
};

/** The kinds that speak HTTP. */
export const HTTP_KINDS = Object.keys(SETTINGS).filter((kind) => kind !== "file");

/** One target of `exports.yaml`; with `url` it and its server of tokens are there. */
export function targetText(kind: string, given: { url?: string; more?: string } = {}): string {
  const { url, more = "" } = given;
  const settings = SETTINGS[kind] ?? "";
  const moved =
    url === undefined
      ? settings
      : settings
          .replace(/url: https:\/\/[^,/]+/, `url: ${url}`)
          .concat(kind === "sentinel" ? `, authority: "${url}"` : "");
  return `{ name: ${kind}, to: ${kind.replace(/-3$/, "")}, ${moved}${more} }`;
}

/** The answer by which a kind takes a batch of so many entries, to a request for `path`. */
export function takenBy(
  kind: string,
  path: string,
  count: number,
): { readonly status: number; readonly text: string } {
  const json = (value: unknown, status = 200) => ({ status, text: JSON.stringify(value) });
  if (path.includes("/oauth2/"))
    return json({ token_type: "Bearer", expires_in: 3599, access_token: "ey-token" });
  if (path.endsWith("/ack")) return json({ acks: { "7": true } });
  const offset = { partition: 0, offset: 1, error_code: null };
  switch (kind) {
    case "elastic":
      return json({ took: 1, errors: false, items: [] });
    case "kafka-rest":
      return json({ offsets: Array.from({ length: count }, () => offset) });
    case "kafka-rest-3": {
      const report = JSON.stringify({ error_code: 200, topic_name: 'a{}"]', offset: 1 });
      return { status: 200, text: Array.from({ length: count }, () => report).join("\r\n") };
    }
    case "splunk-hec":
      return json({ text: "Success", code: 0, ackId: 7 });
    case "datadog":
      return { status: 202, text: "{}" };
    case "sentinel":
    case "loki":
      return { status: 204, text: "" };
    default:
      return { status: 200, text: "" };
  }
}
