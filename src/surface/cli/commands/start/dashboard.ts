// `sallyport dashboard`: the web app on this machine, links that log people in, and what confirms a change.
import { resolve } from "node:path";
import { defineCommand } from "citty";
import { commaList } from "#base/comma-list.ts";
import { Failure } from "#base/failure.ts";
import { printable } from "#base/printable.ts";
import { untilAskedToEnd } from "#platform/signals.ts";
import { userName } from "#platform/user.ts";
import { PASSPHRASE_CHARS_MIN, setPassphrase } from "../../../dashboard/access/passphrase.ts";
import { CODE_MS_MAX, LINK_MS_MAX } from "../../../dashboard/access/logins.ts";
import { type Role, ROLES } from "../../../dashboard/access/roles.ts";
import {
  askForCode,
  askForLink,
  DASHBOARD_PORT,
  type DashboardOptions,
  runDashboard,
  type RunningDashboard,
} from "../../../dashboard/run-dashboard.ts";
import {
  PHONES,
  type PublicPlace,
  readPublicPlace,
  TEAM,
} from "../../../dashboard/access/public-place.ts";
import { openTeamSource } from "../../../dashboard/context/team-source.ts";
import { type RunningPhone, runPhone } from "../../../dashboard/run-phone.ts";
import { type DashboardState, readDashboardState } from "../../../dashboard/state-file.ts";
import {
  dataDirectory,
  type Directories,
  directoriesIn,
} from "../../../foundation/files/directories.ts";
import { requireTerminal } from "../../../foundation/terminal/controlling-terminal.ts";
import { hiddenLine } from "../../../foundation/terminal/hidden-line.ts";
import { dataOption, jsonOption } from "../../../foundation/terminal/options.ts";
import { isTyped, tell, wayside } from "../../../foundation/terminal/outcome.ts";
import { openTerminal } from "../../../foundation/terminal/terminal.ts";
import { startDaemon } from "../../operator/operator-orders.ts";
import { readPem } from "../../../services/fleet/collector-settings.ts";
import { readStoreAddress } from "../../../services/fleet/store-address.ts";
import { ensureInstall, type Install } from "../../../services/installation/install.ts";

const ACTIONS = ["run", "link", "confirm", "passphrase"] as const;
const PORT_MAX = 65_535;
const MINUTE_MS = 60_000;

type Given = {
  readonly json?: boolean | undefined;
  readonly role?: string | undefined;
  readonly port?: string | undefined;
  readonly phone?: string | undefined;
  readonly "phone-listen"?: string | undefined;
  readonly "phone-cert"?: string | undefined;
  readonly "phone-key"?: string | undefined;
  readonly "phone-channel"?: string | undefined;
  readonly team?: string | undefined;
  readonly ca?: string | undefined;
  readonly url?: string | undefined;
  readonly listen?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
};

/** `sallyport dashboard [run|link|confirm|passphrase]`. */
export const dashboardCommand = defineCommand({
  meta: {
    name: "dashboard",
    description: `see what the agent does, decide, prove: the web app on this machine

  sallyport dashboard                      start it, or find the one that runs, and print a link
  sallyport dashboard link --role viewer   another link, for somebody who may only look
  sallyport dashboard confirm              a code that confirms a change in the page
  sallyport dashboard passphrase           set the passphrase that confirms from another device
  sallyport dashboard --phone https://phone.example.com/ --phone-channel team
                                           also send a link of each question, answered with the passphrase
  sallyport dashboard --team reader.url --url https://sallyport.example.com:8443/ --listen 0.0.0.0:8443 --cert cert.pem --key key.pem
                                           pages of a team over the store of its collector
  sallyport dashboard --demo               its pages with a made-up company; nothing of yours is touched

A link logs in once, within ten minutes. It listens on 127.0.0.1 alone, unless you say
otherwise for a team, or for phones, which reach one question and nothing else. A person types these at a terminal of their own: no
session of the agent gets a link or a code.`,
  },
  args: {
    action: {
      type: "positional",
      required: false,
      default: "run",
      valueHint: ACTIONS.join("|"),
      description: "run, link, confirm or passphrase",
    },
    port: {
      type: "string",
      valueHint: "N",
      description: `where it listens (default: ${DASHBOARD_PORT})`,
    },
    role: {
      type: "string",
      valueHint: ROLES.join("|"),
      description: "what the link's session may do (default: administrator)",
    },
    phone: {
      type: "string",
      valueHint: "URL",
      description: "let a phone answer questions at this address, until the dashboard ends",
    },
    "phone-listen": {
      type: "string",
      valueHint: "ADDRESS:PORT",
      description: `where phones come in (default: ${PHONES.listen}, behind a proxy or tunnel of yours)`,
    },
    "phone-cert": {
      type: "string",
      valueHint: "FILE",
      description: "certificate in PEM; needed where other machines reach the address",
    },
    "phone-key": { type: "string", valueHint: "FILE", description: "its key, in PEM" },
    "phone-channel": {
      type: "string",
      valueHint: "NAME",
      description:
        "channels of `sallyport notify` that get the links, by commas (default: those of its rules)",
    },
    team: {
      type: "string",
      valueHint: "FILE",
      description:
        "a private file with the address of a tenant's reader in PostgreSQL: show its machines in place of this one",
    },
    ca: {
      type: "string",
      valueHint: "FILE",
      description: "authority of that server's certificate",
    },
    url: {
      type: "string",
      valueHint: "URL",
      description: "with --team: the address under which people of the team open it",
    },
    listen: {
      type: "string",
      valueHint: "ADDRESS:PORT",
      description: `with --url: where they come in (default: ${TEAM.listen}, behind a proxy of yours)`,
    },
    cert: { type: "string", valueHint: "FILE", description: "with --url: certificate in PEM" },
    key: { type: "string", valueHint: "FILE", description: "with --url: its key, in PEM" },
    demo: {
      type: "boolean",
      description: "show a made-up company in a folder of its own, removed at the end",
    },
    keep: {
      type: "string",
      valueHint: "DIR",
      description: "with --demo: an empty folder for it, which stays",
    },
    ...dataOption,
    ...jsonOption,
  },
  async run({ args }) {
    const action = ACTIONS.find((one) => one === args.action);
    if (action === undefined)
      throw new Failure("usage", `\`sallyport dashboard\` knows ${ACTIONS.join(", ")}`);
    if (args.keep !== undefined && args.demo !== true)
      throw new Failure("usage", "`--keep DIR` goes with `--demo`");
    if (args.demo === true) {
      if (action !== "run" || args.data !== undefined)
        throw new Failure("usage", "`--demo` has a data directory of its own and goes alone");
      if (args.phone !== undefined || args.team !== undefined)
        throw new Failure("usage", "`--demo` goes without `--phone` and `--team`");
      return demo(args);
    }
    const root = args.data ?? dataDirectory();
    const directories = directoriesIn(root);
    // WHY first: what a person alone may have is neither made nor printed where no person sits.
    requireTerminal();
    if (action === "passphrase") return passphrase(args, directories);
    const running = readDashboardState(directories);
    if (action === "confirm") return confirm(args, directories, running);
    if (running !== undefined && args.phone !== undefined)
      throw new Failure(
        "dashboard",
        `a dashboard runs already (process ${running.pid}): end it, then start it with \`--phone\``,
      );
    if (running !== undefined && args.team !== undefined && action === "run")
      throw new Failure(
        "dashboard",
        `a dashboard runs already (process ${running.pid}): end it, then start it with \`--team\`, or name another data directory with \`--data\``,
      );
    if (action === "link" || running !== undefined) return link(args, directories, running);
    return runHere(args, root);
  },
});

async function runHere(args: Given, root: string): Promise<void> {
  const place = await readPlace(args);
  const open = await readTeamPlace(args);
  // WHY first: an address that is none begins nothing here.
  const team = await readTeam(args);
  const { install, dashboard } = await begin(args, root, { team, place: open }).catch(
    async (cause: unknown) => {
      await team?.close();
      throw cause;
    },
  );
  const phone = await beginPhone(install, args, place).catch(async (cause: unknown) => {
    await dashboard.close();
    throw cause;
  });
  const { port, publicPort } = dashboard;
  const address = dashboard.link(userName(), readRole(args.role));
  const tenant = team?.store.name;
  const whose = tenant === undefined ? "" : ` of ${tenant}`;
  const where =
    open === undefined ? `127.0.0.1:${port}` : `${open.host}:${publicPort} as ${open.url.origin}`;
  await tell(
    args,
    {
      outcome: "running",
      port,
      link: address,
      ...(tenant === undefined ? {} : { tenant, publicPort: publicPort ?? null }),
      ...(phone === undefined ? {} : { phonePort: phone.port, phoneChannels: phone.channels }),
    },
    `the dashboard${whose} runs on ${where}; open this link within ${LINK_MS_MAX / MINUTE_MS} minutes, it works once:\n  ${address}\n${phoneLine(phone, place)}Ctrl-C ends the dashboard; the guard goes on without it`,
  );
  await untilAskedToEnd();
  await phone?.close();
  await dashboard.close();
}

async function begin(
  args: Given,
  root: string,
  given: Pick<DashboardOptions, "team" | "place">,
): Promise<{ readonly install: Install; readonly dashboard: RunningDashboard }> {
  const install = await ensureInstall({ root });
  // What is done in the dashboard is on record, and the record begins with the daemon.
  await startDaemon(install);
  const dashboard = await runDashboard(install, {
    port: readPort(args.port),
    ...given,
    ...(args.team === undefined ? {} : { environment: teamEnvironment(args.team) }),
  });
  return { install, dashboard };
}

/** Where a team comes in. Throws a Failure for options that need another one. */
async function readTeamPlace(args: Given): Promise<PublicPlace | undefined> {
  const { team, url, listen, cert, key, ca } = args;
  if (team === undefined && [url, listen, cert, key, ca].some((one) => one !== undefined))
    throw new Failure(
      "usage",
      "`--url`, `--listen`, `--cert`, `--key` and `--ca` go with `--team`",
    );
  if (url !== undefined) return readPublicPlace({ url, listen, cert, key }, TEAM, readPem);
  if ([listen, cert, key].every((one) => one === undefined)) return undefined;
  throw new Failure("usage", "name the address that the team uses with `--url`");
}

/** WHY: commands of the fleet's page read machines from the same store. */
function teamEnvironment(file: string): NodeJS.ProcessEnv {
  return { SALLYPORT_FLEET_READER: resolve(file), ...process.env };
}

async function readTeam({ team, ca }: Given) {
  if (team === undefined) return undefined;
  const url = readStoreAddress(team, "reader");
  return openTeamSource({ url, ...(ca === undefined ? {} : { ca: await readPem(ca) }) });
}

async function readPlace(args: Given): Promise<PublicPlace | undefined> {
  const { phone, "phone-listen": listen, "phone-cert": cert, "phone-key": key } = args;
  if (phone !== undefined)
    return readPublicPlace({ url: phone, listen, cert, key }, PHONES, readPem);
  if ([listen, cert, key, args["phone-channel"]].every((one) => one === undefined))
    return undefined;
  throw new Failure("usage", "name the address that a phone uses with `--phone`");
}

async function beginPhone(
  install: Install,
  args: Given,
  place: PublicPlace | undefined,
): Promise<RunningPhone | undefined> {
  if (place === undefined) return undefined;
  const named = args["phone-channel"];
  return runPhone(install, { place, channels: named === undefined ? undefined : commaList(named) });
}

function phoneLine(phone: RunningPhone | undefined, place: PublicPlace | undefined): string {
  if (phone === undefined || place === undefined) return "";
  return `phones: questions wait for you, and a link of each goes to ${phone.channels.join(", ")}; ${place.url.href} has to lead to ${place.host}:${phone.port}\n`;
}

/** WHY no terminal is asked for: what the link opens is made up. */
async function demo(args: Given & { readonly keep?: string | undefined }): Promise<void> {
  const { runDemo } = await import("../../demo/run-demo.ts");
  const terminal = wayside(args);
  terminal.print("a month of a made-up company is being lived; this takes some seconds");
  const silent = { ...terminal, isSilent: true, print: () => undefined };
  const running = await runDemo({
    port: args.port === undefined ? 0 : readPort(args.port),
    keep: args.keep,
    terminal: silent,
    nowMs: Date.now(),
  });
  const address = running.dashboard.link("ada", readRole(args.role));
  const { port } = running.dashboard;
  const end = args.keep === undefined ? "Ctrl-C ends it and removes its folder" : "Ctrl-C ends it";
  await tell(
    args,
    { outcome: "demo", port, link: address, folder: running.folder },
    `the demo runs on 127.0.0.1:${port}; open this link within ${LINK_MS_MAX / MINUTE_MS} minutes, it works once:\n  ${address}\nits folder is ${printable(running.folder)}; ${end}`,
  );
  await untilAskedToEnd();
  await running.close();
}

async function link(
  args: Given,
  directories: Directories,
  running: DashboardState | undefined,
): Promise<void> {
  const state = requireRunning(running);
  const role = readRole(args.role);
  const address = await askForLink(directories, state, { name: userName(), role });
  await tell(
    args,
    { outcome: "link", port: state.port, role, link: address },
    `open this link within ${LINK_MS_MAX / MINUTE_MS} minutes, it works once (${role}):\n  ${address}`,
  );
}

async function confirm(
  args: Given,
  directories: Directories,
  running: DashboardState | undefined,
): Promise<void> {
  const state = requireRunning(running);
  const lines = ["This prints a code that confirms a change in the dashboard, in your name."];
  if (!(await isTyped(args, lines))) return;
  const code = await askForCode(directories, state);
  await tell(
    args,
    { outcome: "code", code },
    `${code}  (type it in the dashboard within ${CODE_MS_MAX / MINUTE_MS} minutes)`,
  );
}

async function passphrase(args: Given, directories: Directories): Promise<void> {
  const lines = ["This sets the passphrase that confirms changes in the dashboard, in your name."];
  if (!(await isTyped(args, lines))) return;
  const first = await hiddenLine(`a passphrase of at least ${PASSPHRASE_CHARS_MIN} characters: `);
  const again = await hiddenLine("the same again: ");
  if (first !== again)
    throw new Failure("usage", "the two are not the same; nothing changed, begin again");
  await setPassphrase(directories, first);
  openTerminal().print("the passphrase is set");
  await tell(args, { outcome: "set" });
}

function requireRunning(running: DashboardState | undefined): DashboardState {
  if (running !== undefined) return running;
  throw new Failure("dashboard", "no dashboard runs here: start it with `sallyport dashboard`");
}

function readRole(given: string | undefined): Role {
  const role = ROLES.find((one) => one === (given ?? "administrator"));
  if (role !== undefined) return role;
  throw new Failure("usage", `\`--role\` is one of ${ROLES.join(", ")}`);
}

function readPort(given: string | undefined): number {
  if (given === undefined) return DASHBOARD_PORT;
  if (/^\d{1,5}$/.test(given) && Number(given) <= PORT_MAX) return Number(given);
  throw new Failure("usage", "`--port` is a number up to 65535; 0 takes any free port");
}
