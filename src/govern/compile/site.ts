// What a policy does not say and its compilation needs: the parameters of a site, read from one YAML file.
import * as v from "valibot";
import { readDeclaration } from "#base/declaration.ts";
import type { SourcePlace } from "#base/failure.ts";
import { GATEWAY_PORT } from "#base/registry-hosts.ts";
import { CONTENT_SWITCHES, TELEMETRY_PROTOCOLS } from "#govern/settings/telemetry-variables.ts";
import { CLIENT_MODES } from "#govern/library/client-wish.ts";

const SITE_CHARS_MAX = 200_000;
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(2_000), v.regex(/^[^\p{Cc}]*$/u));
const path = v.pipe(text, v.regex(/^(?:\/|[A-Za-z]:\\)/, "an absolute path"));
const texts = v.pipe(v.array(text), v.maxLength(1_000));
const url = v.pipe(
  text,
  v.regex(/^https?:\/\/[^/]/, "an address that begins with https:// or http://"),
);
const version = v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+$/, "a version of the form 2.1.328"));
const account = v.pipe(v.string(), v.regex(/^[a-z_][a-z0-9_-]{0,30}$/, "a name of an account"));
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));

/** WHY no name: a person may call any server as they like, so a name holds nothing (X.31). */
const Server = v.union(
  [v.strictObject({ url }), v.strictObject({ command: v.pipe(texts, v.minLength(1)) })],
  "a server is known by its `url` or its `command`: a name is what anybody may give it",
);
const Marketplace = v.variant("source", [
  v.strictObject({ source: v.literal("github"), repo: text, ref: v.optional(text) }),
  v.strictObject({ source: v.literal("git"), url: text, ref: v.optional(text) }),
  v.strictObject({ source: v.literal("url"), url }),
  v.strictObject({ source: v.literal("npm"), package: text }),
  v.strictObject({ source: v.literal("file"), path }),
  v.strictObject({ source: v.literal("directory"), path }),
  v.strictObject({ source: v.literal("hostPattern"), hostPattern: text }),
  v.strictObject({ source: v.literal("pathPattern"), pathPattern: text }),
]);
const Hooks = v.variant("transport", [
  v.strictObject({
    transport: v.literal("command"),
    program: path,
    /** Of a project that is guarded where the hooks run: a hook in the name of another one refuses every call. */
    project: v.pipe(
      v.string(),
      v.regex(
        /^[0-9a-f]{16}$/,
        "the id of a guarded project, 16 hexadecimal digits; `sallyport policy project` prints it",
      ),
    ),
    data: path,
    home: path,
  }),
  v.strictObject({
    transport: v.literal("https"),
    port,
    token: v.pipe(v.string(), v.regex(/^[\w-]{20,100}$/, "the token of a guarded project")),
    authority: path,
    program: path,
    data: path,
    /** Whose hooks these are: a managed deployment puts them into the settings of this person too. */
    home: v.optional(path),
  }),
  /** The guard of the machine, which knows each account by its socket: the same words for all accounts and machines. */
  v.strictObject({
    transport: v.literal("machine"),
    node: v.optional(path, "/usr/bin/node"),
    /** As the package lays it out. */
    program: v.optional(path, "/usr/lib/sallyport/node_modules/sallyport/dist/machine-hook.cjs"),
  }),
]);

/** Hooks of the site's own, beside ours (M7.5): each is a command in exec form, which no shell reads. */
const OwnHook = v.strictObject({
  event: v.picklist([
    "PreToolUse",
    "PostToolUse",
    "PostToolUseFailure",
    "SessionStart",
    "SessionEnd",
  ]),
  matcher: v.optional(text, "*"),
  program: path,
  arguments: v.optional(texts, []),
  timeoutSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(600)), 10),
});
const Telemetry = v.strictObject({
  /** Without it the daemon of `hooks`. */
  endpoint: v.optional(url),
  protocol: v.optional(v.picklist(TELEMETRY_PROTOCOLS), "http/json"),
  /** The daemon's token for telemetry: it lets telemetry in and nothing else. */
  token: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{16,256}$/, "the daemon's token"))),
  /** Telemetry that holds what people and tools say, and the record of who agreed to it. */
  content: v.optional(
    v.strictObject({
      switches: v.pipe(v.array(v.picklist(CONTENT_SWITCHES)), v.minLength(1)),
      approvedBy: text,
      approvedOn: v.pipe(v.string(), v.isoDate("a day such as 2026-11-21")),
      reason: text,
    }),
  ),
});
/** Commands by which the client gets its credentials (X.36); where one is pinned nobody below names another. */
const Helpers = v.strictObject({
  apiKeyHelper: v.optional(path),
  awsAuthRefresh: v.optional(text),
  awsCredentialExport: v.optional(path),
  gcpAuthRefresh: v.optional(text),
});

const SiteSchema = v.strictObject({
  organization: v.optional(text, "this organization"),
  /** In reverse order of its domain: what configuration profiles and services are called after. */
  identifier: v.optional(
    v.pipe(v.string(), v.regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/, "of the form com.example")),
    "com.example",
  ),
  hooks: v.optional(Hooks),
  ownHooks: v.optional(v.pipe(v.array(OwnHook), v.maxLength(32)), []),
  /** Addresses that http hooks may call, beside our own. */
  allowedHttpHookUrls: v.optional(texts),
  /** Who gets the client's telemetry, whatever a project says: your collector, or the daemon. */
  telemetry: v.optional(Telemetry),
  client: v.optional(
    v.strictObject({
      minimum: v.optional(version, "2.1.328"),
      maximum: v.optional(version),
      /** As strict as the policy wants it, or stricter. */
      mode: v.optional(v.picklist(CLIENT_MODES)),
      autoMode: v.optional(v.boolean()),
      model: v.optional(text),
    }),
    {},
  ),
  sandbox: v.optional(
    v.strictObject({
      enabled: v.optional(v.boolean(), true),
      allowWrite: v.optional(texts, []),
      allowedDomains: v.optional(texts, []),
      hiddenVariables: v.optional(texts, ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"]),
      /** Commands reach the gateway on this port and nothing else: it lets package registries be read while an install runs. */
      gateway: v.optional(v.strictObject({ port: v.optional(port, GATEWAY_PORT) })),
    }),
    {},
  ),
  /** Further variables, which come last. */
  env: v.optional(
    v.record(v.pipe(v.string(), v.regex(/^[A-Za-z_]\w*$/, "a name of a variable")), v.string()),
    {},
  ),
  /** A file of certificates to trust beside those of the system. */
  certificates: v.optional(path),
  proxy: v.optional(v.strictObject({ url, except: v.optional(texts, []) })),
  provider: v.optional(
    v.strictObject({
      baseUrl: v.optional(url, "https://api.anthropic.com"),
      loginMethod: v.optional(v.picklist(["claudeai", "console", "gateway"])),
      organizations: v.optional(texts, []),
      helpers: v.optional(Helpers, {}),
      /** The model is reached at Bedrock, in this region. */
      bedrock: v.optional(
        v.strictObject({
          region: v.pipe(
            v.string(),
            v.regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, "a region such as eu-west-1"),
          ),
        }),
      ),
    }),
    {},
  ),
  mcp: v.optional(
    v.strictObject({
      allowed: v.optional(v.array(Server)),
      denied: v.optional(v.array(Server), []),
    }),
  ),
  marketplaces: v.optional(
    v.strictObject({
      known: v.optional(v.array(Marketplace)),
      blocked: v.optional(v.array(Marketplace), []),
      /** Whether a command line may bring plugins, agents and servers of its own. Without the key: not beside a list of known ones. */
      sideload: v.optional(v.boolean()),
      /** Skills, agents, hooks and servers come from plugins alone, or these of them. */
      only: v.optional(
        v.union([
          v.literal(true),
          v.pipe(v.array(v.picklist(["skills", "agents", "hooks", "mcp"])), v.minLength(1)),
        ]),
      ),
    }),
  ),
  /** Rules of people and projects do not count, their deny rules neither. */
  managedRulesOnly: v.optional(v.boolean(), false),
  instructions: v.optional(v.pipe(v.string(), v.maxLength(20_000))),
  /** The daemon under an account of its own. */
  service: v.optional(
    v.strictObject({
      program: path,
      user: v.optional(account, "sallyport"),
      data: v.optional(path, "/var/lib/sallyport"),
    }),
  ),
});

/** The parameters of a site. */
export type Site = v.InferOutput<typeof SiteSchema>;

/** The host by which a client reaches Bedrock in a region. */
export function bedrockHost({ region }: { readonly region: string }): string {
  const domain = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return `bedrock-runtime.${region}.${domain}`;
}

/** Names of the parameters: the published JSON schema has the same. */
export const SITE_FIELDS: readonly string[] = Object.keys(SiteSchema.entries);

/** The parameters of a site with where each stands in its file, by the path of its keys. */
export type PlacedSite = {
  readonly site: Site;
  readonly place: (path: readonly (string | number)[]) => SourcePlace;
};

/** Reads a file of parameters. Throws Failure `site-syntax` or `site-invalid` with line and column. */
export function parsePlacedSite(source: string, file: string): PlacedSite {
  const options = { file, kind: "site", schema: SiteSchema, charsMax: SITE_CHARS_MAX };
  const { value, place } = readDeclaration(source, options);
  return { site: value, place };
}

/** The parameters alone. Throws as `parsePlacedSite` does. */
export function parseSite(source: string, file: string): Site {
  return parsePlacedSite(source, file).site;
}

/** The parameters of a site that says nothing. */
export const PLAIN_SITE: Site = parseSite("{}", "no file");
