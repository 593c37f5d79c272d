// `sallyport oidc`: by which provider people log in to the dashboard, shown, set, tried and taken away.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { commaList } from "#base/comma-list.ts";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { unifiedDiff } from "#govern/settings/unified-diff.ts";
import { monotonicMs } from "#platform/monotonic.ts";
import { type Role, ROLES } from "../../../dashboard/access/roles.ts";
import { CALLBACK_PATH } from "../../../dashboard/oidc-pages.ts";
import {
  checkOidcSettings,
  oidcFile,
  type OidcSettings,
  oidcText,
  readClientSecret,
  readOidcSettings,
  removeOidcSettings,
  writeOidcSettings,
} from "../../../dashboard/oidc/oidc-settings.ts";
import { readUsersFile } from "../../../dashboard/oidc/directory-users.ts";
import { groupsRole } from "../../../dashboard/oidc/person-claims.ts";
import { openProvider } from "../../../dashboard/oidc/provider.ts";
import { LoginRefused } from "../../../dashboard/oidc/refusal.ts";
import { DASHBOARD_PORT } from "../../../dashboard/run-dashboard.ts";
import { readDashboardState } from "../../../dashboard/state-file.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
  prepareDirectories,
} from "../../../foundation/files/directories.ts";
import { changeRequest, seekConsent } from "../../../foundation/terminal/consent.ts";
import { requireTerminal } from "../../../foundation/terminal/controlling-terminal.ts";
import { consentOptions, dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { isTyped, tell } from "../../../foundation/terminal/outcome.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";

const NAME = "dashboard-oidc.json";

type Change = Parameters<typeof changeRequest>[0];

export const showCommand = defineCommand({
  meta: {
    name: "show",
    description: `By which provider people log in to the dashboard, and which group has which role

  sallyport oidc show
  sallyport oidc show --json

The address that it prints is the one to register at the provider.`,
  },
  args: { ...dataOption, ...jsonOption },
  async run({ args }) {
    const directories = placesOf(args.data);
    const settings = readOidcSettings(directories);
    const redirect = redirectOf(directories);
    if (settings === undefined)
      return tell(
        args,
        { outcome: "none", redirect },
        "people log in by links of this machine alone: `sallyport oidc set` adds a provider",
      );
    return tell(args, { outcome: "set", redirect, ...settings }, linesOf(settings, redirect));
  },
});

export const setCommand = defineCommand({
  meta: {
    name: "set",
    description: `Set the provider by which people log in to the dashboard; shows the change first

  sallyport oidc set --issuer https://login.example.com --client-id sallyport \\
    --client-secret file:/home/ada/.sallyport-oidc --role owners=administrator,on-call=responder
  sallyport oidc set --issuer https://login.example.com/realms/main --client-id sallyport \\
    --client-secret env:SALLYPORT_OIDC_SECRET --groups-claim realm_access.roles --role sec=approver --dry-run

The secret stands in a variable of the dashboard or in a file that nobody else may read. A person in none of the groups gets
no login. A person types a word at a terminal of their own: no session of the agent changes who gets in.`,
  },
  args: {
    issuer: { type: "string", required: true, valueHint: "URL", description: "the provider" },
    "client-id": {
      type: "string",
      required: true,
      valueHint: "ID",
      description: "as what the dashboard is registered there",
    },
    "client-secret": {
      type: "string",
      required: true,
      valueHint: "REFERENCE",
      description: "where its secret stands: `env:NAME` or `file:PATH`",
    },
    role: {
      type: "string",
      required: true,
      valueHint: "GROUP=ROLE",
      description: `by commas; the strongest counts, but auditor before all: ${ROLES.join(", ")}`,
    },
    "groups-claim": {
      type: "string",
      valueHint: "CLAIM",
      description: "the claim that holds a person's groups; dots lead into it (default: groups)",
    },
    users: {
      type: "string",
      valueHint: "FILE",
      description:
        "people as a directory exports them (SCIM or CSV): who is not in it or not active gets no login, and its groups count",
    },
    scopes: {
      type: "string",
      valueHint: "SCOPES",
      description: "what is asked for, by commas (default: openid,profile,offline_access)",
    },
    ...consentOptions,
    ...dataOption,
  },
  async run({ args }) {
    const settings = checkOidcSettings({
      issuer: args.issuer,
      clientId: args["client-id"],
      clientSecret: withWholePath(args["client-secret"]),
      scopes: [...commaList(args.scopes ?? "openid,profile,offline_access")],
      groupsClaim: args["groups-claim"] ?? "groups",
      roles: commaList(args.role).map(roleOf),
      ...(args.users === undefined ? {} : { users: resolve(args.users) }),
    });
    if (settings.users !== undefined) await readUsersFile(settings.users);
    // WHY now: a file that others may read is said before anything is written.
    if (settings.clientSecret.startsWith("file:")) readClientSecret(settings, process.env);
    const directories = placesOf(args.data);
    await change(args, directories, oidcText(settings), () => {
      prepareDirectories(directories.root);
      writeOidcSettings(directories, settings);
    });
  },
});

export const removeCommand = defineCommand({
  meta: {
    name: "remove",
    description: `Take the provider away; whoever is logged in by it is out within a minute

  sallyport oidc remove --dry-run
  sallyport oidc remove

Links of this machine go on working. \`sallyport oidc set\` with the lines that are shown sets it again.`,
  },
  args: { ...consentOptions, ...dataOption },
  async run({ args }) {
    const directories = placesOf(args.data);
    if (!existsSync(oidcFile(directories)))
      throw new Failure("oidc", "no provider is set: there is nothing to remove");
    await change(args, directories, undefined, () => removeOidcSettings(directories));
  },
});

export const testCommand = defineCommand({
  meta: {
    name: "test",
    description: `Whether a login can be had: the library, the secret, what the provider says of itself

  sallyport oidc test
  sallyport oidc test --json

Nobody is logged in. Whether the secret is the right one shows at the first login.`,
  },
  args: { ...dataOption, ...jsonOption },
  async run({ args }) {
    const directories = placesOf(args.data);
    const settings = readOidcSettings(directories);
    if (settings === undefined)
      throw new Failure("oidc", "no provider is set: `sallyport oidc set` sets one");
    const redirect = redirectOf(directories);
    const clock = { nowMs: () => Date.now(), monotonicMs };
    const secret = readClientSecret(settings, process.env);
    try {
      const provider = await openProvider(settings, { secret, clock });
      const made = { state: "test", nonce: "test", verifier: "test", again: false };
      const { origin } = await provider.address(redirect, made);
      await tell(
        args,
        { outcome: "answers", issuer: settings.issuer, loginAt: origin, redirect },
        `${printable(settings.issuer)} answers, and people log in at ${printable(origin)}; it has to know ${redirect}`,
      );
    } catch (cause) {
      if (!(cause instanceof LoginRefused)) throw cause;
      process.exitCode = exitCodes.found;
      const { code, detail, message } = cause;
      await tell(
        args,
        { outcome: "fails", issuer: settings.issuer, code, detail },
        `${printable(settings.issuer)}: ${message}${detail === "" ? "" : ` (${detail})`}`,
      );
    }
  },
});

export const usersCheckCommand = defineCommand({
  meta: {
    name: "check",
    description: `Read a file of people as a directory exported it, and say who of them gets which role

  sallyport oidc users check people.json
  sallyport oidc users check people.csv --json

The form is a ListResponse of SCIM 2.0, or CSV with \`userName\`, \`externalId\`, \`email\`, \`active\`, \`groups\` in its first line.
Nothing is kept. Roles are those of \`sallyport oidc set\`; where none is set, groups have none.`,
  },
  args: {
    file: { type: "positional", required: true, description: "the file, which is yours alone" },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const { users } = await readUsersFile(resolve(args.file));
    const settings = readOidcSettings(placesOf(args.data));
    const active = users.filter(({ isActive }) => isActive);
    const roles = ROLES.map((role) => ({
      role,
      people: active.filter(
        ({ groups }) => settings !== undefined && groupsRole(groups ?? [], settings.roles) === role,
      ).length,
    })).filter(({ people }) => people > 0);
    const withRole = roles.reduce((sum, { people }) => sum + people, 0);
    const byProvider = active.filter(({ groups }) => groups === undefined).length;
    await tell(
      args,
      {
        outcome: "read",
        people: users.length,
        active: active.length,
        roles,
        withoutRole: active.length - withRole - byProvider,
        groupsFromProvider: byProvider,
      },
      [
        `${users.length} people, ${active.length} active`,
        ...roles.map(({ role, people }) => `${role}: ${people}`),
        `without a role: ${active.length - withRole - byProvider}`,
        ...(byProvider === 0 ? [] : [`groups as the provider says: ${byProvider}`]),
      ].join("\n"),
    );
  },
});

/** Shows it, asks, has a word typed, writes. WHY a word as well: this says who gets in. */
async function change(
  args: Change,
  directories: Directories,
  after: string | undefined,
  write: () => void,
): Promise<void> {
  const settings = existsSync(oidcFile(directories)) ? readOidcSettings(directories) : undefined;
  const before = settings === undefined ? undefined : oidcText(settings);
  const diff = before === after ? "" : unifiedDiff(before, after ?? "", NAME);
  const request = changeRequest(args, openTerminal());
  if (request.dryRun !== true) requireTerminal();
  const consent = diff === "" ? "none" : await seekConsent(request, { diff, notes: [] });
  if (consent === "given") {
    if (!(await isTyped(args, ["This changes who may log in to the dashboard."]))) return;
    write();
  }
  const done = after === undefined ? "removed" : "set";
  const outcome = consent === "given" ? done : consent;
  await tell(args, { outcome, file: oidcFile(directories), diff }, WORDS[outcome]);
}

const WORDS: Readonly<Record<string, string>> = {
  set: "the provider is set: `sallyport oidc test` tries it, and the dashboard's page offers it from now on",
  removed: "the provider is removed; links of this machine go on working",
  declined: "nothing was written",
  none: "that is how it is set already",
};

function linesOf(settings: OidcSettings, redirect: string): string {
  const { issuer, clientId, clientSecret, scopes, groupsClaim, roles, users } = settings;
  return [
    `provider   ${issuer} (${clientId}, its secret in ${clientSecret})`,
    `to know    ${redirect}`,
    `asked for  ${scopes.join(" ")}; groups are in ${groupsClaim}`,
    ...(users === undefined ? [] : [`people     ${users}: who is active there`]),
    ...roles.map(({ group, role }) => `group      ${group}: ${role}`),
  ]
    .map((line) => printable(line))
    .join("\n");
}

/** The address that a provider sends people back to: that of the dashboard that runs, or of one that is started without a word. */
function redirectOf(directories: Directories): string {
  const port = readDashboardState(directories)?.port ?? DASHBOARD_PORT;
  return `http://127.0.0.1:${port}${CALLBACK_PATH}`;
}

function roleOf(text: string): { readonly group: string; readonly role: Role } {
  const at = text.lastIndexOf("=");
  const role = ROLES.find((one) => one === text.slice(at + 1));
  if (at > 0 && role !== undefined) return { group: text.slice(0, at), role };
  throw new Failure("usage", `\`--role\` is GROUP=ROLE, and a role is one of ${ROLES.join(", ")}`);
}

function withWholePath(reference: string): string {
  return reference.startsWith("file:") ? `file:${resolve(reference.slice(5))}` : reference;
}

function placesOf(data: string | undefined): Directories {
  return directoriesIn(data ?? dataDirectory());
}
