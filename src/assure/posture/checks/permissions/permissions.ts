// How permission rules are looked at: what allow rules open, what denies leave out, and rules that match nothing.
import type { Looks } from "../../check.ts";
import {
  expecting,
  isGuarded,
  itemsAt,
  ofLint,
  ofSettings,
  spotFault,
  textsIn,
} from "../../looking.ts";
import {
  isBroadPlace,
  isCredentialPlace,
  isSecretPlace,
  placeClasses,
} from "../../inputs/secret-places.ts";
import { isPlain, mirroredRules } from "../../plain-settings.ts";
import type { AuditInputs } from "../../inputs/audit-inputs.ts";
import { memberOf } from "#govern/settings/json-text.ts";
import { rulesOf } from "#govern/settings/lint/rule-text.ts";
import {
  rulesIn,
  faultOf,
  allowing,
  allowingSome,
  matching,
  keeping,
  isShell,
} from "./plain-rules.ts";

/** One-off rules in a local file from which on they are too many to be remembered. */
const LOCAL_RULES_MAX = 10;

/** Programs that show or take over what stands in a file that is named to them. */
const SHOWS =
  /^(?:cat|bat|head|tail|less|more|grep|egrep|rg|sed|awk|strings|base64|xxd|od|hexdump|nl|tac|cut|sort|diff|jq|yq|cp|mv|rsync|scp|source|\.|vim?|nano|code|open|pbcopy|openssl|type|get-content)$/i;

/** Whether the command of a rule shows a place of secrets. The last word of a copy is where it goes, and is written. */
function readsSecretPlace(subject: string): boolean {
  const words = subject
    .replace(/(?::\*|\s\*)$/, "")
    .split(/\s+/)
    .map((word) => word.replaceAll(/^["'<]+|["']+$/g, ""));
  const at = /^(?:sudo|command|env|exec)$/.test(words[0] ?? "") ? 1 : 0;
  const program = (words[at] ?? "").replace(/^.*\//, "");
  if (!SHOWS.test(program || ".")) return false;
  const named = words.slice(at + 1).filter((word) => !word.startsWith("-"));
  const isCopy = /^(?:cp|mv|rsync|scp)$/.test(program) && named.length > 1;
  return (isCopy ? named.slice(0, -1) : named).some(isSecretPlace);
}

const isFileTool = (tool: string) => /^(?:Read|Edit|Write|MultiEdit|NotebookEdit)$/.test(tool);

const guardHolds = (auditInputs: AuditInputs) =>
  isGuarded(auditInputs) ? ["the policy of the guard"] : [];
const noSettings = (auditInputs: AuditInputs) => {
  if (auditInputs.settingsFiles.length === 0) return "there are no settings here";
  return auditInputs.isAskedFor !== true && isPlain(auditInputs)
    ? "the settings here open nothing and begin no rules"
    : undefined;
};

/** Classes of secret places that denies, or the sandbox, keep from being read. */
function deniedClasses(
  auditInputs: AuditInputs,
  without: ReadonlySet<string> = new Set(),
): ReadonlySet<string> {
  const rules = rulesIn(auditInputs, "deny").filter(
    ({ tool, subject }) => tool === "Read" && !without.has(`Read(${subject ?? ""})`),
  );
  if (rules.some(({ subject }) => subject === undefined || /^\*+$/.test(subject)))
    return new Set(["variables", "keys", "home", "cloud", "named"]);
  const places = [
    ...rules.map(({ subject = "" }) => subject),
    ...itemsAt(auditInputs, ["sandbox", "filesystem", "denyRead"]).flatMap(({ node }) =>
      textsIn(node),
    ),
  ];
  return new Set(places.flatMap(placeClasses));
}

const DESTRUCTIVE_DENY =
  /^(?:\*|rm\b|sudo\b|su\b|mkfs|dd\b|chmod\b|curl .*\|\s*(?:ba)?sh|wget .*\|\s*(?:ba)?sh)/;
const NETWORK_RULE = /^(?:\*|curl\b|wget\b|nc\b|ncat\b|netcat\b|ssh\b|scp\b|rsync\b)/;
const PRIVILEGED_RULE =
  /^(?:\*|git push(?! (?:--force|-f))|(?:npm|pnpm|yarn|bun) (?:publish|install|i|add)\b|pip3? install|poetry add|gh release|terraform|kubectl|docker|helm|aws|gcloud|az)/;

/** What lies in a home directory, named by a pattern that does not reach there: a directory of credentials, or key files. */
function onlyInProject(subject: string): string | undefined {
  if (/^(?:~|\/\/)/.test(subject)) return undefined;
  const directory =
    /(?:^|\/)(\.ssh|\.aws|\.azure|\.gcp|\.gnupg|\.kube|\.docker|\.netrc)(?=\/|\*|$)/.exec(
      subject,
    )?.[1];
  if (directory !== undefined) return directory;
  if (/(?:^|\/)\*?id_(?:rsa|dsa|ecdsa|ed25519)/.test(subject)) return ".ssh";
  return /^(?:\.?\/)?\*\*\/.*\.(?:pem|key|ppk|p12|pfx)$/.test(subject) ? ".ssh" : undefined;
}

/** Whether a pattern from the home directory or the root takes a place there. */
function reaches(pattern: string, place: string): boolean {
  return (
    pattern.includes(place) ||
    /^(?:~\/|\/\/)\*\*(?:\/\*\.(?:pem|key|ppk|p12|pfx)|\/id_\w+\*?)?$/.test(pattern)
  );
}

/** Functions of the family `permissions`. */
export const permissionsLooks: Looks = {
  "allow-everything": matching("allow", ({ tool }) => /^\*+$/.test(tool), {
    message: "the rule is meant to name every tool, which leaves nothing to a question",
    fix: "take it out and name the few tools and commands that are needed",
  }),
  "bare-bash": allowing(
    "bare-bash",
    "every shell command runs without a question",
    "take it out and allow single commands, such as `Bash(npm run lint)`",
  ),
  "interpreter-allowed": allowing(
    "interpreter-allowed",
    "an interpreter with any argument runs whatever it is given",
    "allow the exact command, such as `Bash(python -m pytest:*)`, or leave it to the question",
  ),
  "package-manager-wildcard": allowing(
    "package-manager-wildcard",
    "any argument is allowed, so scripts, installs and publishing run unasked",
    "name the scripts, such as `Bash(npm run lint)` and `Bash(npm test)`",
  ),
  "executing-tool-allowed": allowing(
    "executing-tool-allowed",
    "options of this program run other programs or delete files",
    "allow the exact forms that are needed, such as `Bash(git status)`",
  ),
  "file-reader-allowed": allowingSome(
    "file-reader-allowed",
    {
      message: "this program prints any file, past the rules of the Read tool",
      fix: "take it out: the client needs no rule for reading inside the project",
      isWorthKnowing: false,
    },
    // Where no rule keeps the Read tool from a file, there is none to pass.
    (_rule, auditInputs) => rulesIn(auditInputs, "deny").every(({ tool }) => tool !== "Read"),
  ),
  "privileged-allowed": allowing(
    "privileged-allowed",
    "this changes what others use, and nobody is asked",
    "move the rule to `permissions.ask`",
  ),
  "network-tool-allowed": allowing(
    "network-tool-allowed",
    "this program moves data over the network, and nobody is asked",
    "move the rule to `permissions.ask` or `deny`, and name hosts by `WebFetch(domain:...)`",
  ),
  "destructive-allowed": allowing(
    "destructive-allowed",
    "this destroys or takes over what cannot be brought back",
    "move the rule to `permissions.deny`",
  ),
  "leading-wildcard": allowing(
    "leading-wildcard",
    "the rule begins with a wildcard, so any program fits",
    "write the program's name before the wildcard",
  ),
  "inner-wildcard": allowing(
    "inner-wildcard",
    "a wildcard between words takes options too, and options run programs",
    "write the words, with a wildcard at the end at most",
  ),
  "compound-allow": allowingSome(
    "compound-allow",
    {
      message: "several commands are allowed at once",
      fix: "write one rule for each command that is harmless by itself",
      isWorthKnowing: true,
    },
    // A line without a wildcard was agreed to once, and matches no other.
    ({ subject }) => subject !== undefined && !subject.includes("*"),
  ),
  "unscoped-write": ofSettings((auditInputs) => {
    const kept = rulesIn(auditInputs, "deny").some(
      ({ tool, subject }) => isFileTool(tool) && isSecretPlace(subject ?? ".env"),
    );
    if (kept || isGuarded(auditInputs)) return [];
    return rulesIn(auditInputs, "allow")
      .filter(
        ({ tool, subject }) =>
          /^(?:Edit|Write|MultiEdit)$/.test(tool) &&
          /^(?:\.?\/|\/\/|~\/)?\*{1,2}(?:\/\*)?$/.test(subject ?? "**"),
      )
      .map((rule) =>
        faultOf(
          rule,
          "writing everywhere is allowed, and no secret path is denied",
          "add denies such as `Read(./.env)` and `Edit(./.env)`, or name folders: `Edit(./src/**)`",
        ),
      );
  }),
  "secret-path-allowed": matching(
    "allow",
    ({ tool, subject }) =>
      subject !== undefined &&
      (isShell(tool) ? readsSecretPlace(subject) : isFileTool(tool) && isSecretPlace(subject)),
    {
      message: "the rule opens a place where secrets are",
      fix: "take it out, and deny the place",
    },
  ),
  "unscoped-fetch": matching(
    "allow",
    ({ tool, subject }) => tool === "WebFetch" && /^(?:domain:)?\*+$/.test(subject ?? "*"),
    {
      message: "every address may be fetched, and what stands in one leaves",
      fix: "write `WebFetch(domain:host)` for the hosts that are needed",
    },
  ),
  "all-mcp-allowed": matching(
    "allow",
    ({ tool }) => /^mcp__\*|^mcp__\.\*|^mcp(?:__)?$/.test(tool),
    {
      message: "every tool of every server is allowed",
      fix: "name servers or tools: `mcp__server__tool`",
    },
  ),
  "never-action-only-asked": ofSettings((auditInputs) => {
    const denied = new Set(rulesIn(auditInputs, "deny").map(({ placed }) => placed.text));
    return rulesIn(auditInputs, "ask")
      .filter(({ placed }) => !denied.has(placed.text))
      .filter(({ tool, subject = "" }) =>
        isShell(tool)
          ? /^(?:sudo|su|doas|mkfs(?:\.\w+)?|dd|shred|chmod (?:-R )?777|rm -rf? (?:\/|~|\$HOME))(?=$|[\s:*/])/.test(
              subject,
            )
          : tool === "Read" && isSecretPlace(subject),
      )
      .map((rule) =>
        faultOf(
          rule,
          "this should never happen, and one yes is enough for it",
          "move the rule to `permissions.deny`",
        ),
      );
  }),
  "no-secret-denies": expecting(
    (auditInputs) => [...guardHolds(auditInputs), ...deniedClasses(auditInputs)],
    {
      message: "no rule denies reading secret files",
      fix: 'add `"deny": ["Read(./.env)", "Read(./.env.local)", "Read(~/.ssh/**)", "Read(~/.aws/**)"]`, or run `sallyport init`',
    },
    { applies: noSettings },
  ),
  "incomplete-secret-denies": expecting(
    (auditInputs) => {
      const classes = deniedClasses(auditInputs, mirroredRules(auditInputs));
      const isWhole =
        ["variables", "keys", "home", "cloud"].every((name) => classes.has(name)) ||
        classes.size === 0;
      return [...guardHolds(auditInputs), ...(isWhole ? ["denies of secret files"] : [])];
    },
    {
      message: "denies of secret files leave out keys, home credentials or cloud credentials",
      fix: "add `Read(//**/*.pem)`, `Read(~/.ssh/**)`, `Read(~/.aws/**)` and `Read(~/.config/gcloud/**)`, or run `sallyport init`",
    },
    { applies: noSettings },
  ),
  "denies-by-hook-alone": expecting(
    (auditInputs) => [...deniedClasses(auditInputs)],
    {
      message:
        "no rule of the client denies reading secret files, and some calls are answered before the guard's hook",
      fix: 'add `"deny": ["Read(//**/.env)", "Read(//**/.env.*)", "Read(~/.ssh/**)"]` to `permissions`, or run `sallyport init`',
    },
    {
      applies: (auditInputs) =>
        isGuarded(auditInputs) ? undefined : "no guard stands here that rules would stand behind",
    },
  ),
  "no-destructive-denies": expecting(
    (auditInputs) => [
      ...guardHolds(auditInputs),
      ...keeping(auditInputs, ["deny"], DESTRUCTIVE_DENY),
    ],
    {
      message: "no rule denies destructive commands",
      fix: 'add `"deny": ["Bash(rm -rf:*)", "Bash(sudo:*)", "Bash(mkfs:*)", "Bash(dd:*)"]`, or run `sallyport init`',
    },
    { applies: noSettings },
  ),
  "no-network-denies": expecting(
    (auditInputs) => [
      ...guardHolds(auditInputs),
      ...keeping(auditInputs, ["deny", "ask"], NETWORK_RULE),
    ],
    {
      message: "no rule denies or asks about commands that move data over the network",
      fix: 'add `"ask": ["Bash(curl:*)", "Bash(wget:*)", "Bash(ssh:*)", "Bash(scp:*)"]`, or run `sallyport init`',
    },
    { applies: noSettings },
  ),
  "no-privileged-asks": expecting(
    (auditInputs) => [
      ...guardHolds(auditInputs),
      ...keeping(auditInputs, ["deny", "ask"], PRIVILEGED_RULE),
    ],
    {
      message: "no rule asks before installs, pushes, deploys and releases",
      fix: 'add `"ask": ["Bash(git push:*)", "Bash(npm install:*)", "Bash(npm publish:*)"]`, or run `sallyport init`',
    },
    { applies: noSettings },
  ),
  "deny-cancels-allow": ofLint(["shadow/deny"], ({ file, line, column }, { settings }) =>
    settings.some((document) => {
      if (document.file !== file) return false;
      const at = rulesOf(document).rules.find(({ start }) => {
        const before = document.text.slice(0, start).split("\n");
        return before.length === line && (before.at(-1)?.length ?? 0) + 1 === column;
      });
      return at?.list === "allow";
    }),
  ),
  "project-only-pattern": ofSettings((auditInputs) => {
    const mirrored = mirroredRules(auditInputs);
    const denies = rulesIn(auditInputs, "deny").filter(
      ({ tool, subject }) =>
        (tool === "Read" || tool === "Edit") && !mirrored.has(`${tool}(${subject ?? ""})`),
    );
    if (isGuarded(auditInputs)) return [];
    const held = itemsAt(auditInputs, ["sandbox", "filesystem", "denyRead"]).flatMap(({ node }) =>
      textsIn(node),
    );
    const beyond = [
      ...denies.map(({ subject = "" }) => subject),
      ...held.map((place) => place.replace(/^\/(?!\/)/, "//")),
    ].filter((place) => /^(?:~|\/\/)/.test(place));
    return denies
      .filter(({ subject = "" }) => {
        const place = onlyInProject(subject);
        return place !== undefined && !beyond.some((other) => reaches(other, place));
      })
      .map((rule) =>
        faultOf(
          rule,
          "the pattern holds inside the project only, and the keys lie in the home directory",
          `add \`${rule.tool}(~/.ssh/**)\`, or write \`${rule.tool}(//${(rule.subject ?? "").replace(/^\.?\//, "")})\``,
        ),
      );
  }),
  "additional-directories-broad": ofSettings((auditInputs) =>
    itemsAt(auditInputs, ["permissions", "additionalDirectories"])
      .filter(({ node }) =>
        textsIn(node).some(
          (path) =>
            isBroadPlace(path) || isCredentialPlace(path) || /^\/(?:etc|var|usr)?$/.test(path),
        ),
      )
      .map((spot) =>
        spotFault(spot, "a whole home, disk or credential directory is opened to sessions", {
          fix: "name the one folder that is needed",
        }),
      ),
  ),
  "accumulated-local-rules": ofSettings(
    (auditInputs) =>
      auditInputs.settings
        .filter(({ layer }) => layer === "local")
        .flatMap((document) => {
          const allow = memberOf(memberOf(document.root, "permissions"), "allow");
          const single = textsIn(allow).filter((rule) => !/^\w+$|\*\)$|^mcp__\w+$/.test(rule));
          if (allow === undefined || single.length <= LOCAL_RULES_MAX) return [];
          return [
            spotFault(
              { document, node: allow },
              `${single.length} rules for single calls have gathered here, and nobody reads them again`,
              { fix: "keep what is needed often, take the rest out" },
            ),
          ];
        }),
    ["local"],
  ),
};
