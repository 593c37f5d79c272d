// `sallyport machine`: the guard of a whole machine, one service for all accounts.
import { spawnSync } from "node:child_process";
import { defineCommand } from "citty";
import { Failure } from "#base/failure.ts";
import { printable, printableJson } from "#base/printable.ts";
import { type Account, accountOf, groupNumber, loginAccounts } from "#platform/accounts.ts";
import { monotonicMs } from "#platform/monotonic.ts";
import { onEndRequest, untilAskedToEnd } from "#platform/signals.ts";
import { ADMINISTRATOR, userId } from "#platform/user.ts";
import { ownNodeOptions } from "../../../foundation/product/own-command.ts";
import { mainPath, packageRoot } from "../../../foundation/product/product.ts";
import { exitCodes } from "../../../foundation/terminal/report-error.ts";
import { jsonOption } from "../../../foundation/terminal/options.ts";
import { print } from "../../../foundation/terminal/terminal.ts";
import { tryAccounts } from "../../../services/machine/try-accounts.ts";
import { accountData } from "../../../services/machine/account-folders.ts";
import { holdFolder, MACHINE_FOLDERS, MACHINE_GROUP } from "../../../services/machine/places.ts";

const JUDGE_PATH = "/usr/local/bin:/usr/bin:/bin";

/** `sallyport machine serve`. */
export const serveCommand = defineCommand({
  meta: {
    name: "serve",
    description: `runs the guard of this machine in this terminal: a socket and a judge for each account, until it is asked to end.
The service of the package runs it.

  sudo sallyport machine serve`,
  },
  async run() {
    requireAdministrator();
    const group = requireGroup();
    // Loaded only here: the other commands need nothing of it.
    const { supervise } = await import("../../../services/machine/supervisor.ts");
    const say = (line: string) => void process.stderr.write(`sallyport machine: ${line}\n`);
    onEndRequest(["hang-up"], () => undefined);
    const asked = untilAskedToEnd();
    process.umask(0o077);
    const accounts = loginAccounts();
    const supervisor = await supervise({
      folders: MACHINE_FOLDERS,
      group,
      accounts,
      say,
      nowMs: monotonicMs,
      judge: ({ uid, gid }) => ({
        program: process.execPath,
        words: [...ownNodeOptions(), mainPath(), "machine", "judge", `${uid}:${gid}`],
        environment: { PATH: JUDGE_PATH, LANG: "C.UTF-8", MALLOC_ARENA_MAX: "2" },
      }),
    });
    say(`guards ${accounts.length} accounts, and each that asks`);
    await asked;
    await supervisor.end();
  },
});

/** `sallyport machine judge`. */
export const judgeCommand = defineCommand({
  meta: {
    name: "judge",
    description: `the judge of one account, as \`sallyport machine serve\` starts it; nobody else calls it

  sudo sallyport machine judge 1000:1000`,
  },
  args: {
    account: { type: "positional", valueHint: "UID:GID", description: "the account's numbers" },
  },
  async run({ args }) {
    requireAdministrator();
    if (process.send === undefined)
      throw new Failure("usage", "a judge is started by `sallyport machine serve`");
    const [, uid, gid] = /^(\d{1,10}):(\d{1,10})$/.exec(args.account ?? "") ?? [];
    if (uid === undefined || gid === undefined)
      throw new Failure("usage", "name an account by its numbers, as 1000:1000");
    const unnamed: Account = { name: uid, uid: Number(uid), gid: Number(gid), home: "/" };
    const account = accountOf(Number(uid)) ?? unnamed;
    const data = accountData(MACHINE_FOLDERS, account.uid);
    const hold = holdFolder(MACHINE_FOLDERS, account.uid);
    const { runMachineJudge } = await import("../../../daemon/machine-judge.ts");
    process.exitCode = await runMachineJudge(account, { group: requireGroup(), data, hold });
  },
});

/** `sallyport machine try`. */
export const tryCommand = defineCommand({
  meta: {
    name: "try",
    description: `sends two calls for each account through the machine's guard, as the client would: a harmless one has to run, one that
touches the guard has to be refused. Nothing is executed.

  sudo sallyport machine try              every account that can log in
  sudo sallyport machine try ada          one account
  sallyport machine try ada               your own, without sudo`,
  },
  args: {
    account: {
      type: "positional",
      valueHint: "NAME",
      required: false,
      description: "one account (default: all that can log in)",
    },
    ...jsonOption,
  },
  async run({ args }) {
    const named = args.account === undefined ? undefined : accountOf(args.account);
    if (args.account !== undefined && named === undefined)
      throw new Failure("usage", `there is no account \`${printable(args.account.slice(0, 80))}\``);
    if (named === undefined || named.uid !== userId()) requireAdministrator();
    const results = await tryAccounts(named === undefined ? loginAccounts() : [named]);
    const isGood = results.every(({ fault }) => fault === undefined);
    const lines = results.map(({ account, fault }) =>
      printable(`${account.name} (${account.uid})  ${fault ?? "judged"}`),
    );
    const facts = results.map(({ account: { name, uid }, fault }) => ({
      name,
      uid,
      fault: fault ?? null,
    }));
    await print(args.json === true ? printableJson({ accounts: facts }) : lines.join("\n"));
    if (!isGood) process.exitCode = exitCodes.found;
  },
});

/** `sallyport machine noticed`. */
export const noticedCommand = defineCommand({
  meta: {
    name: "noticed",
    description: `lists clients that ran without the guard of this machine: sessions of which no hook ever spoke, and such as see other
managed settings. The service's own messages and the account's record have each too.

  sudo sallyport machine noticed
  sudo sallyport machine noticed --json`,
  },
  args: jsonOption,
  async run({ args }) {
    requireAdministrator();
    const { readNotices } = await import("../../../services/machine/notices.ts");
    const { noticeText } = await import("../../../services/machine/supervisor.ts");
    const notices = readNotices(MACHINE_FOLDERS);
    const lines = notices.map((one) => `${printable(one.time)}  ${noticeText(one.what, one)}`);
    const text = lines.length === 0 ? "nothing was noticed" : lines.join("\n");
    await print(args.json === true ? printableJson({ notices }) : text);
    if (notices.length > 0) process.exitCode = exitCodes.found;
  },
});

/** `sallyport machine as`. */
export const asCommand = defineCommand({
  meta: {
    name: "as",
    description: `runs a command of sallyport on the data of one account, with the rights of its judge: the log is read like this.

  sudo sallyport machine as ada -- log tail -n 20
  sudo sallyport machine as ada -- log verify`,
  },
  args: {
    account: { type: "positional", valueHint: "NAME", description: "whose data" },
  },
  async run({ args }) {
    requireAdministrator();
    const account = accountOf(args.account ?? "");
    const end = process.argv.indexOf("--");
    if (account === undefined || end < 0)
      throw new Failure(
        "usage",
        "name an account and, behind `--`, a command of sallyport, as `sudo sallyport machine as ada -- log tail`",
      );
    const words = process.argv.slice(end + 1);
    const data = accountData(MACHINE_FOLDERS, account.uid);
    const { becomeAccount } = await import("#platform/account-process.ts");
    becomeAccount(account, requireGroup(), packageRoot());
    const { status } = spawnSync(process.execPath, [...ownNodeOptions(), mainPath(), ...words], {
      cwd: "/",
      stdio: "inherit",
      env: { PATH: JUDGE_PATH, LANG: "C.UTF-8", HOME: account.home, SALLYPORT_HOME: data },
    });
    process.exitCode = status ?? exitCodes.unusable;
  },
});

function requireAdministrator(): void {
  if (userId() !== ADMINISTRATOR)
    throw new Failure("usage", "only an administrator does this: run it with `sudo`");
}

function requireGroup(): number {
  const group = groupNumber(MACHINE_GROUP);
  if (group !== undefined) return group;
  throw new Failure(
    "machine",
    `there is no group \`${MACHINE_GROUP}\`: install the package, or run \`groupadd --system ${MACHINE_GROUP}\``,
  );
}
