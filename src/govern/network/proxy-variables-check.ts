// What is wrong with variables about proxies, relays and certificates: what programs read differently, or what goes past the proxy.
import { isOwnNetwork } from "#guard/effects/network/destination.ts";
import type { Destinations } from "./destinations.ts";
import { hostForm, namedNetwork } from "./host-form.ts";
import { OWN_NAMES } from "./proxy-environment.ts";

/** One fault. `fault`: something is reached otherwise than meant; `note`: something to know. No value is told that may hold a secret. */
export type VariableFinding = {
  readonly level: "fault" | "note";
  readonly variable: string;
  readonly message: string;
  readonly fix: string;
};

type Variables = Readonly<Record<string, string | undefined>>;
type Add = (
  level: VariableFinding["level"],
  variable: string,
  message: string,
  fix: string,
) => void;

const WORDS_MAX = 500;
const VENDOR = /(?:^|\.)(?:anthropic\.com|claude\.com|claude\.ai)$/;

/** Looks at all of them. Total. */
export function checkProxyVariables(
  variables: Variables,
  { classes }: Destinations,
): readonly VariableFinding[] {
  const findings: VariableFinding[] = [];
  const add: Add = (level, variable, message, fix) =>
    void findings.push({ level, variable, message, fix });
  checkProxies(variables, add);
  for (const name of ["NO_PROXY", "no_proxy"]) checkExceptions(name, variables[name], add);
  if (variables["NO_PROXY"] !== undefined || variables["no_proxy"] !== undefined)
    if (variables["NO_PROXY"] !== variables["no_proxy"])
      add(
        "fault",
        "no_proxy",
        "differs from `NO_PROXY`: which one counts depends on the program",
        "set both alike",
      );
  for (const name of Object.keys(variables)
    .filter((one) => /^GLOBAL_AGENT_/i.test(one))
    .slice(0, 8))
    add(
      "fault",
      name,
      "is read by programs with the package global-agent alone, and not by the client",
      "set `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`",
    );
  checkRelays(variables, (host) => classes.find((one) => one.has(host))?.id, add);
  if (variables["NODE_TLS_REJECT_UNAUTHORIZED"] === "0")
    add(
      "fault",
      "NODE_TLS_REJECT_UNAUTHORIZED",
      "switches the check of certificates off",
      "take it out; name your certificates in `NODE_EXTRA_CA_CERTS`",
    );
  const bundle = variables["NODE_EXTRA_CA_CERTS"] ?? "";
  if (bundle !== "" && !/^(?:\/|[A-Za-z]:\\)/.test(bundle))
    add(
      "fault",
      "NODE_EXTRA_CA_CERTS",
      "is a relative path: each project would name its own file",
      "write it from `/`",
    );
  const store = variables["CLAUDE_CODE_CERT_STORE"];
  if (store !== undefined && store.split(",").some((one) => !["bundled", "system"].includes(one)))
    add(
      "fault",
      "CLAUDE_CODE_CERT_STORE",
      "names a store that there is not",
      "write `bundled`, `system` or `bundled,system`",
    );
  return findings;
}

function checkProxies(variables: Variables, add: Add): void {
  const names = [
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
  ];
  for (const name of names) {
    const value = variables[name];
    if (value === undefined || value === "") continue;
    const url = URL.canParse(value) && value.includes("://") ? new URL(value) : undefined;
    if (url === undefined)
      add(
        "fault",
        name,
        "is no address: programs differ in what they make of it",
        "write `http://HOST:PORT`",
      );
    else if (url.protocol.startsWith("socks"))
      add(
        "fault",
        name,
        "names a proxy of SOCKS, which the client and npm do not ask",
        "write `http://HOST:PORT`",
      );
    else if (!/^https?:$/.test(url.protocol))
      add("fault", name, "names a protocol that no proxy speaks", "write `http://HOST:PORT`");
    else if (url.pathname !== "/" || url.search !== "")
      add("note", name, "has a path, which is of no use to a proxy", "take it out");
    if (url !== undefined && url.password !== "")
      add(
        "note",
        name,
        "holds a password, which every program of the session reads",
        "use a proxy that needs none from this machine, or a session's own credentials",
      );
  }
  for (const [one, other] of [
    ["HTTPS_PROXY", "https_proxy"],
    ["HTTP_PROXY", "http_proxy"],
  ] as const)
    if ((variables[one] ?? "") !== (variables[other] ?? ""))
      add(
        "fault",
        other,
        `differs from \`${one}\`: which one counts depends on the program`,
        "set both alike",
      );
  const has = (name: string): boolean =>
    (variables[name] ?? variables[name.toLowerCase()] ?? "") !== "";
  if (has("HTTP_PROXY") !== has("HTTPS_PROXY"))
    add(
      "fault",
      has("HTTP_PROXY") ? "HTTPS_PROXY" : "HTTP_PROXY",
      "is missing beside the other one, so that half of the requests go past the proxy",
      "set both",
    );
  if (has("HTTPS_PROXY") && (variables["NO_PROXY"] ?? variables["no_proxy"]) === undefined)
    add(
      "fault",
      "NO_PROXY",
      "is missing: hooks of this machine would be asked through the proxy",
      `set it to \`${OWN_NAMES.join(",")}\``,
    );
}

function checkExceptions(name: string, value: string | undefined, add: Add): void {
  if (value === undefined || value === "") return;
  if (/[^,\s]\s+[^,\s]/.test(value))
    add(
      "fault",
      name,
      "separates with spaces, which the client reads, and Go and Python do not",
      "separate with commas",
    );
  const words = value
    .split(/[\s,]+/)
    .filter((word) => word !== "")
    .slice(0, WORDS_MAX);
  for (const word of words) {
    const shown = /^[\w.*:/[\]-]{1,100}$/.test(word) ? `\`${word}\`` : "one entry";
    const bare = word.replace(/:\d+$/, "");
    if (word === "*")
      add(
        "fault",
        name,
        "is `*`: nothing is asked through the proxy",
        "name the domains that are reached directly",
      );
    else if (word.includes("://"))
      add("fault", name, `${shown} is an address: only names are compared`, "write the host alone");
    else if (word.startsWith("*."))
      add(
        "fault",
        name,
        `${shown} is read by some programs alone, and not by curl, git and Python`,
        `write \`${word.slice(1)}\``,
      );
    else if (word.includes("*"))
      add(
        "fault",
        name,
        `${shown} is a pattern, which no program reads so`,
        "write a domain with a dot in front",
      );
    else if (word.includes("/"))
      add(
        namedNetwork(word) === undefined ? "fault" : "note",
        name,
        `${shown}: networks are read by Go, requests and newer curl, and not by node`,
        "name the hosts as well",
      );
    else if (/^\.[a-z]+$/i.test(bare) && !isOwnNetwork(`x${bare}`))
      add(
        "fault",
        name,
        `${shown} is a whole top-level domain, reached past the proxy`,
        "name a domain of yours",
      );
    else if (
      !isOwnNetwork(bare.replace(/^\./, "")) &&
      hostForm(bare.replace(/^\./, "")) !== undefined &&
      !OWN_NAMES.some((own) => own === bare)
    )
      add(
        "note",
        name,
        `${shown} is reached past the proxy, which neither decides nor records it`,
        "take it out unless it is of your own network",
      );
  }
  for (const own of ["localhost", "127.0.0.1"])
    if (!words.includes(own) && !words.includes("*"))
      add(
        "fault",
        name,
        `lacks \`${own}\`: hooks of this machine would be asked through the proxy, which may answer in their place`,
        `add \`${own}\``,
      );
}

function checkRelays(
  variables: Variables,
  classOf: (host: string) => string | undefined,
  add: Add,
): void {
  for (const [name, value] of Object.entries(variables)) {
    if (!/^ANTHROPIC_(?:[A-Z]+_)?BASE_URL$/.test(name) || value === undefined || value === "")
      continue;
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url === undefined) {
      add("fault", name, "is no address", "write `https://HOST`");
      continue;
    }
    const host = url.hostname.replace(/\.$/, "");
    if (url.protocol !== "https:" && !isOwnNetwork(host))
      add(
        "fault",
        name,
        "is reached without TLS: prompts and keys are read on the way",
        "write `https://`",
      );
    if (host.startsWith("bedrock."))
      add(
        "fault",
        name,
        "is the host that manages models; they are called at `bedrock-runtime`",
        "write `https://bedrock-runtime.REGION.amazonaws.com`",
      );
    else if (!VENDOR.test(host) && classOf(host) !== "model")
      add(
        "note",
        name,
        "is a relay: whoever runs it reads prompts, code and answers, which belongs into the record of processing and its disclosures",
        "name its operator and contract there, or reach the provider itself",
      );
  }
}
