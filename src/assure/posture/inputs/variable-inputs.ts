// Variables of an environment without what could be secret: names, forms, and values of those that are known to hold none.
import { bareAddress } from "./server-inputs.ts";
import type { VariableInput } from "./audit-inputs.ts";

/** Names of variables whose values are addresses, switches and names, and that checks ask about. */
const KNOWN =
  /^(?:(?:HTTPS?|ALL|NO|FTP)_PROXY|ANTHROPIC_(?:BASE_URL|BEDROCK_BASE_URL|VERTEX_BASE_URL|VERTEX_PROJECT_ID|MODEL|SMALL_FAST_MODEL|DEFAULT_\w+_MODEL|LOG)|CLAUDE_CODE_(?:USE_\w+|ENABLE_\w+|DISABLE_\w+|SKIP_\w+|CERT_STORE|SIMPLE|ENTRYPOINT|API_BASE_URL|MAX_\w+|SUBPROCESS_\w+)|CLAUDE_(?:CONFIG_DIR|PROJECT_DIR)|DISABLE_\w+|OTEL_(?:LOG_\w+|METRICS_\w+|LOGS_\w+|TRACES_\w+|EXPORTER_OTLP_(?:\w+_)?(?:ENDPOINT|PROTOCOL|COMPRESSION|TIMEOUT|CERTIFICATE|CLIENT_KEY|CLIENT_CERTIFICATE)|SERVICE_NAME|METRIC_EXPORT_INTERVAL)|NODE_(?:EXTRA_CA_CERTS|TLS_REJECT_UNAUTHORIZED|OPTIONS|ENV)|GLOBAL_AGENT_\w+|CI|GITHUB_ACTIONS|GITLAB_CI|JENKINS_URL|CIRCLECI|TF_BUILD|IS_SANDBOX|DEVCONTAINER|AWS_(?:REGION|DEFAULT_REGION|PROFILE)|CLOUD_ML_REGION|GOOGLE_APPLICATION_CREDENTIALS|VERTEX_REGION_\w+|SHELL|LANG|TERM|API_TIMEOUT_MS|MCP_\w+TIMEOUT|MAX_\w+_TOKENS|BASH_\w+_MS)$/;
const HOLDS_SECRET = /(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|HEADERS|AUTH)S?$/;
/** Known although their names sound secret: the value is the path of a file. */
const PATHS = /^(?:GOOGLE_APPLICATION_CREDENTIALS|OTEL_EXPORTER_OTLP_(?:\w+_)?CLIENT_KEY)$/;
/** An address with a user and a password. */
const PASSWORD = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/@\s:]*:[^/@\s]+@/;
/** Variables of one environment that are listed, and characters of one value that are looked at. */
const VARIABLES_MAX = 4_096;
const VALUE_CHARS_MAX = 1_024;

/** What checks may know of an environment. Names are as they are set. */
export function variableInputs(
  environment: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, VariableInput> {
  return new Map(
    Object.entries(environment)
      .filter((entry): entry is [string, string] => entry[1] !== undefined)
      .slice(0, VARIABLES_MAX)
      .map(([name, value]) => [name, variableInput(name, value)]),
  );
}

/** One variable. */
export function variableInput(name: string, value: string): VariableInput {
  const upper = name.toUpperCase();
  const isKnown = PATHS.test(upper) || (KNOWN.test(upper) && !HOLDS_SECRET.test(upper));
  const short = value.slice(0, VALUE_CHARS_MAX);
  const hasPassword = PASSWORD.test(short) ? { hasPassword: true } : {};
  return {
    name,
    value: isKnown ? bareAddress(short) : undefined,
    form: formOf(short),
    ...hasPassword,
  };
}

function formOf(value: string): VariableInput["form"] {
  const text = value.trim();
  if (text === "") return "empty";
  if (/^(?:true|false|yes|no|on|off|0|1)$/i.test(text)) return "flag";
  if (/^\d+(?:\.\d+)?$/.test(text)) return "number";
  if (/^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(text)) return "address";
  return /^(?:\/|~|\.{1,2}\/|[A-Za-z]:[\\/])/.test(text) ? "path" : "text";
}
