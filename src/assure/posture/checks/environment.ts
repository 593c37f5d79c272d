// How the way of requests is looked at: base URLs, proxies, certificates, logins, providers and loaded code.
import { type Look, type Looks, notApplicable, unseen, verdict } from "../check.ts";
import { inOrganization } from "../causes.ts";
import { hostOf, isLoopback, isPlainRemote } from "../inputs/addresses.ts";
import {
  expecting,
  isSet,
  itemsAt,
  ofSettings,
  scalarOf,
  spotFault,
  spotsAt,
  textsIn,
} from "../looking.ts";
import { isLiteralSecret } from "../inputs/secret-texts.ts";
import { everyVariable, placesOfVariables, startVariables } from "../start-variables.ts";
import type { AuditInputs } from "../inputs/audit-inputs.ts";
import { isOn, named, type SetVariable, variablesOf } from "../variables.ts";
import { redirectionOf } from "#base/redirecting-variables.ts";
import { memberOf } from "#govern/settings/json-text.ts";
import { exceptsAll } from "#govern/settings/hook-entries.ts";

const VENDOR = /(?:^|\.)(?:anthropic\.com|claude\.(?:ai|com))$/;
const PROVIDER = /(?:^|\.)(?:amazonaws\.com(?:\.cn)?|googleapis\.com|azure\.com|microsoft\.com)$/;
const BASE_URL = /^ANTHROPIC_(?:\w+_)?BASE_URL$|^CLAUDE_CODE_API_BASE_URL$/i;
const PROXY = /^(?:https?|all)_proxy$/i;
const OWN = ["user", "local", "managed", "environment", "command-line"] as const;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const PROVIDERS = /^CLAUDE_CODE_USE_(?:BEDROCK|VERTEX|FOUNDRY|MANTLE|ANTHROPIC_AWS)$/;

/** A check of variables. Where the environment was not seen and settings show nothing, it is no pass. */
function ofVariables(
  find: (
    variables: readonly SetVariable[],
    auditInputs: AuditInputs,
  ) => ReturnType<SetVariable["fault"]>[],
): Look {
  return (auditInputs) => {
    const lookedAt = placesOfVariables(auditInputs);
    const faults = find(everyVariable(auditInputs), auditInputs);
    if (faults.length === 0 && auditInputs.environment.kind === "unseen")
      return unseen(auditInputs.environment.why, lookedAt);
    return verdict(lookedAt, faults);
  };
}

/** A file in the guard's own data directory, which holds the certificates of its daemon. */
function isOwn({ guard }: AuditInputs, path: string): boolean {
  const log = guard.kind === "seen" ? guard.value.logDirectory : undefined;
  return log !== undefined && path.startsWith(log.replace(/[^/]*$/, ""));
}

/** Hosts that the organization named as its gateway. */
function gateways(auditInputs: AuditInputs): readonly string[] {
  const fixed = [
    ...spotsAt(auditInputs, ["env", "ANTHROPIC_BASE_URL"], ["managed"]),
    ...spotsAt(auditInputs, ["forceLoginGatewayUrl"], ["managed"]),
  ];
  return fixed.flatMap(({ node }) => {
    const host = hostOf(String(scalarOf(node) ?? ""));
    return host === undefined ? [] : [host];
  });
}

const proxies = (variables: readonly SetVariable[]) =>
  named(variables, PROXY).filter(({ isEmpty }) => !isEmpty);
const exceptions = (variables: readonly SetVariable[]) => named(variables, /^no_proxy$/i);

/** Functions of the family `environment`. */
export const environmentLooks: Looks = {
  "foreign-base-url": ofVariables((variables, auditInputs) => {
    const known = gateways(auditInputs);
    return named(variables, BASE_URL).flatMap(({ value, fault, layer }) => {
      const host = hostOf(value ?? "");
      if (host === undefined || VENDOR.test(host) || PROVIDER.test(host) || isLoopback(host))
        return [];
      if (layer === "managed" || known.includes(host) || host.includes("$")) return [];
      return [
        fault(
          "requests, the whole conversation and the key go to a host that nobody named as a gateway",
          "take it out, or name the gateway in managed settings",
        ),
      ];
    });
  }),
  "plain-base-url": ofVariables((variables) =>
    named(variables, BASE_URL)
      .filter(({ value = "" }) => isPlainRemote(value))
      .map(({ fault }) =>
        fault("requests and the key go unencrypted to another host", "write `https://`"),
      ),
  ),
  "certificate-check-off": ofVariables((variables) =>
    named(variables, /^NODE_TLS_REJECT_UNAUTHORIZED$/i)
      .filter(({ value }) => value?.trim() === "0" || value?.trim() === "false")
      .map(({ fault }) =>
        fault(
          "anybody on the way can answer in the vendor's place",
          "take it out, and set `NODE_EXTRA_CA_CERTS` to the organization's certificate",
        ),
      ),
  ),
  "certificate-in-reach": ofVariables((variables, auditInputs) =>
    named(
      variables,
      /^(?:NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|OTEL_EXPORTER_OTLP_(?:\w+_)?CERTIFICATE)$/i,
    )
      .filter(({ value = "" }) =>
        /^(?:\.{1,2}[/\\]|[\w.-]+(?:[/\\]|\.(?:pem|crt|cer)$)|\$\{?(?:CLAUDE_PROJECT_DIR|PWD|TMPDIR|TEMP|TMP|GITHUB_WORKSPACE|workspaceFolder)\b|%(?:TEMP|TMP)%|\/(?:private\/)?(?:var\/)?tmp\/|\/(?:private\/)?var\/folders\/|\/dev\/shm\/|\/workspaces?\/|[A-Za-z]:\\(?:Windows\\)?Temp\\|[A-Za-z]:\\Users\\[^\\]+\\AppData\\Local\\Temp\\)/i.test(
          value,
        ),
      )
      .filter(({ value = "" }) => !isOwn(auditInputs, value))
      .map(({ fault }) =>
        fault(
          "whoever can write this file decides whom requests trust",
          "put the certificate where only root writes, such as `/etc/ssl/company-ca.pem`",
        ),
      ),
  ),
  "global-agent": ofVariables((variables) =>
    named(variables, /^GLOBAL_AGENT_/i).map(({ fault }) =>
      fault(
        "the client does not read it, and goes out directly",
        "write `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`",
      ),
    ),
  ),
  "loopback-through-proxy": ofVariables((variables) => {
    const [first] = proxies(variables);
    if (first === undefined) return [];
    const except = exceptions(variables)
      .map(({ value = "" }) => value)
      .join(",");
    const isExcepted = exceptsAll(except, "127.0.0.1") && exceptsAll(except, "localhost");
    if (isExcepted || exceptsAll(except, "127.0.0.1,localhost")) return [];
    return [
      first.fault(
        "calls to this machine, hooks among them, go to the proxy, which may answer in their place",
        'add `"NO_PROXY": "127.0.0.1,localhost"`',
      ),
    ];
  }),
  "no-proxy-syntax": ofVariables((variables) =>
    exceptions(variables)
      .filter(
        ({ value = "" }) =>
          value
            .split(/[,\s]+/)
            .some(
              (entry) => /^\*\.?.+|:\/\/|\/(?!\d{1,3}$)|^\.?\*$/.test(entry) && entry !== "*",
            ) || /;/.test(value),
      )
      .map(({ fault }) =>
        fault(
          "an entry is not understood, so its hosts go through the proxy",
          "write hosts with a dot in front: `.internal.example.com`, separated by commas",
        ),
      ),
  ),
  "proxy-credentials": ofVariables((variables) =>
    proxies(variables)
      .filter(({ hasPassword }) => hasPassword)
      .map(({ fault }) =>
        fault(
          "the proxy's password stands in a variable that every program gets",
          "take it out, and use `proxyAuthHelper` or a proxy that knows the machine",
        ),
      ),
  ),
  "no-proxy": expecting(
    (auditInputs) => {
      const variables = everyVariable(auditInputs);
      return [
        ...proxies(variables).map(({ name }) => name),
        ...named(variables, BASE_URL)
          .filter(({ value = "" }) => !VENDOR.test(hostOf(value) ?? ""))
          .map(({ name }) => name),
        ...spotsAt(auditInputs, ["forceLoginGatewayUrl"]).map(({ document }) => document.file),
        ...itemsAt(auditInputs, ["sandbox", "network", "allowedDomains"]).map(
          ({ document }) => document.file,
        ),
      ];
    },
    {
      message: "requests go out directly, past every egress control",
      fix: "set `HTTPS_PROXY` and `NO_PROXY` in managed `env`, or the gateway's address as `ANTHROPIC_BASE_URL`",
    },
    { applies: inOrganization },
  ),
  "no-login-policy": expecting(
    (auditInputs) => [
      ...["forceLoginMethod", "forceLoginOrgUUID", "apiKeyHelper", "forceLoginGatewayUrl"].flatMap(
        (key) => spotsAt(auditInputs, [key]).map(({ document }) => document.file),
      ),
      ...named(everyVariable(auditInputs), PROVIDERS)
        .filter(({ value }) => isOn(value))
        .map(({ name }) => name),
    ],
    {
      message: "nothing fixes by whose account people log in",
      fix: 'add `"forceLoginMethod": "claudeai"` and `"forceLoginOrgUUID": "..."` to managed settings',
    },
    { applies: inOrganization },
  ),
  "consumer-login": (auditInputs) => {
    const { login } = auditInputs.machine;
    const told = login.kind === "seen" ? login.value : accountIn(auditInputs);
    if (told === undefined)
      return login.kind === "unseen" ? unseen(login.why) : notApplicable("nobody is logged in");
    const isPersonal =
      told.kind === "subscription" &&
      (/(?:^|_)(?:pro|max|free|personal|individual)(?:_|$)/i.test(told.plan ?? "") ||
        (!told.hasOrganization && !/team|enterprise/i.test(told.plan ?? "")));
    return verdict(
      ["the client's login"],
      isPersonal
        ? [
            {
              evidence: told.plan ?? told.kind,
              message: "the login is a personal account, with the terms of a consumer",
              fix: "log in with the organization's account: `claude /login`",
            },
          ]
        : [],
    );
  },
  "organisation-not-uuid": ofSettings((auditInputs) =>
    spotsAt(auditInputs, ["forceLoginOrgUUID"])
      .filter(({ node }) => textsIn(node).some((text) => !UUID.test(text)))
      .map((spot) =>
        spotFault(spot, "this is no UUID, so nobody's organization fits", {
          fix: "write the organization's UUID, as the console shows it",
        }),
      ),
  ),
  "login-conflict": (auditInputs) => {
    const forced = ["forceLoginMethod", "forceLoginOrgUUID"].flatMap((key) =>
      spotsAt(auditInputs, [key]),
    );
    const [first] = forced;
    if (first === undefined) return notApplicable("no login is forced");
    const key = named(everyVariable(auditInputs), /^ANTHROPIC_(?:API_KEY|AUTH_TOKEN)$/).find(
      ({ isEmpty }) => !isEmpty,
    );
    const helper = spotsAt(auditInputs, ["apiKeyHelper"])[0];
    const isConsole = isSet(auditInputs, ["forceLoginMethod"], "console") && forced.length === 1;
    if ((key === undefined && helper === undefined) || (isConsole && key === undefined))
      return verdict([first.document.file], []);
    return verdict(
      [first.document.file],
      [
        spotFault(
          first,
          `a login is forced while ${key === undefined ? "`apiKeyHelper`" : `\`${key.name}\``} gives a key: the client does not start`,
          {
            fix: "take one of the two out",
          },
        ),
      ],
    );
  },
  "key-file": ofVariables((variables) =>
    named(
      variables,
      /^(?:GOOGLE_APPLICATION_CREDENTIALS|AZURE_CLIENT_CERTIFICATE_PATH|CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE)$/i,
    )
      .filter(
        ({ value = "", isEmpty }) =>
          !isEmpty &&
          !/application_default_credentials\.json$|workload|wif|external[-_]?account/i.test(value),
      )
      .map(({ fault }) =>
        fault(
          "a key file that never ends gives access, and sessions can read it",
          "use workload identity or `gcloud auth application-default login`, and deny reading the file",
        ),
      ),
  ),
  "two-providers": ofVariables((variables) => {
    const on = named(variables, PROVIDERS).filter(({ value }) => isOn(value));
    if (new Set(on.map(({ name }) => name)).size < 2) return [];
    return on
      .slice(1, 2)
      .map(({ fault }) =>
        fault("two providers are switched on at once, and the client chooses", "switch one off"),
      );
  }),
  "air-gap-host": ofSettings((auditInputs) => airGapFaults(auditInputs)),
  "loader-variable": ofVariables((variables) =>
    variables
      .filter(({ layer }) => (OWN as readonly string[]).includes(layer))
      .filter(
        ({ name, value, isEmpty }) =>
          LOADERS.test(name) && !isEmpty && redirectionOf(name, value ?? "?") === "runs-code",
      )
      .map(({ name, fault }) =>
        fault(
          `\`${name}\` loads code into every program that a session or a hook starts`,
          "take it out",
        ),
      ),
  ),
  "static-api-key": (auditInputs) => {
    const isCi = auditInputs.machine.isCi.kind === "seen" && auditInputs.machine.isCi.value;
    const variables = named(
      variablesOf(auditInputs, ["environment", "user", "local", "managed"]),
      /^ANTHROPIC_(?:API_KEY|AUTH_TOKEN)$/,
    )
      .filter(({ isEmpty, value }) => !isEmpty && !(value ?? "").startsWith("$"))
      .filter(({ layer }) => layer !== "environment" || !isCi);
    const lines = named(startVariables(auditInputs), /^ANTHROPIC_(?:API_KEY|AUTH_TOKEN)$/).filter(
      ({ name, value = "" }) => isLiteralSecret(name, value),
    );
    if (auditInputs.environment.kind === "unseen" && variables.length + lines.length === 0)
      return unseen(auditInputs.environment.why);
    return verdict(
      placesOfVariables(auditInputs),
      [...variables, ...lines].map(({ fault }) => fault(STATIC, STATIC_FIX)),
    );
  },
};

const STATIC = "a key that never ends is given to every program";
const STATIC_FIX = 'use `"apiKeyHelper": "sallyport secrets get keychain:anthropic/key"`';
const LOADERS =
  /^(?:NODE_OPTIONS|NODE_PATH|BUN_OPTIONS|LD_PRELOAD|LD_AUDIT|LD_LIBRARY_PATH|DYLD_\w+|BASH_ENV|ENV|ZDOTDIR|PROMPT_COMMAND|PYTHONSTARTUP|PYTHONPATH|PERL5OPT|PERL5LIB|RUBYOPT|RUBYLIB|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|DOTNET_STARTUP_HOOKS|GCONV_PATH)$/;

/** The account as the client keeps it in its own file. */
function accountIn({ home, json }: AuditInputs) {
  const file = home.files.get(".claude.json");
  const account = file === undefined ? undefined : memberOf(json(file), "oauthAccount");
  if (account === undefined) return undefined;
  const text = (key: string) => textsIn(memberOf(account, key))[0];
  const plan = text("organizationType") ?? text("subscriptionType") ?? text("billingType");
  return {
    kind: "subscription",
    hasOrganization: /team|enterprise/.test(plan ?? ""),
    plan,
  } as const;
}

/** Hosts that a set-up without the internet lets through and leaves out. */
function airGapFaults(auditInputs: AuditInputs) {
  const isBedrock = named(everyVariable(auditInputs), /^CLAUDE_CODE_USE_BEDROCK$/).some(
    ({ value }) => isOn(value),
  );
  const isOther = named(everyVariable(auditInputs), PROVIDERS).some(({ value }) => isOn(value));
  const items = [
    ...itemsAt(auditInputs, ["sandbox", "network", "allowedDomains"]),
    ...itemsAt(auditInputs, ["network", "allowedDomains"]),
  ];
  const hosts = items.flatMap(({ node }) => textsIn(node));
  if (!isOther && !hosts.some((host) => /^bedrock[.-]/.test(host))) return [];
  const hasRuntime = hosts.some(
    (host) =>
      /^(?:bedrock-runtime\.|\*\.(?:[\w-]+\.)?amazonaws\.com|bedrock\*)/.test(host) ||
      /^vpce-.*bedrock-runtime/.test(host),
  );
  const control = items.find(({ node }) =>
    textsIn(node).some((host) => host.startsWith("bedrock.")),
  );
  const vendor = items.filter(({ node }) =>
    textsIn(node).some((host) => VENDOR.test(host.replace(/^\*\./, ""))),
  );
  return [
    ...(control !== undefined && !hasRuntime
      ? [
          spotFault(control, "requests go to the runtime host, which is not let through", {
            fix: "add `bedrock-runtime.<region>.amazonaws.com`",
          }),
        ]
      : []),
    ...(isBedrock || isOther
      ? vendor.map((spot) =>
          spotFault(
            spot,
            "the vendor's own host is open in a set-up that goes through a provider",
            { fix: "take it out" },
          ),
        )
      : []),
  ];
}
