// Commands about the program itself: its version in force, its services, the shell.
import { command, common, group, type Section } from "../command-line/entry.ts";

const STRANGER = { 3: "somebody else has its port" } as const;

export const maintenanceSection: Section = {
  title: "maintenance",
  commands: {
    upgrade: common(
      command(
        "put this version in force for hooks and daemon, or return to the one before",
        async () => (await import("../commands/maintenance/upgrade.ts")).upgradeCommand,
        {
          0: "done, or nothing to do",
          1: "you answered no",
          2: "failed and undone, or cannot be done",
        },
      ),
    ),
    daemon: common(
      command(
        "run, start, stop or ask the local daemon",
        async () => (await import("../commands/maintenance/daemon.ts")).daemonCommand,
        {
          0: "done; for `status`: it runs",
          1: "for `status`: it does not run, or it refuses every call",
          2: "could not be done",
          ...STRANGER,
        },
      ),
    ),
    service: group(
      "run the daemon as a service of your own",
      `run the daemon as a service of your own (systemd user unit, launchd agent)

  sallyport service install --print      the file, as it would be written
  sallyport service install              show it, ask, write it, start it
  sallyport service status               is it installed, does it run
  sallyport service remove               take it out again`,
      {
        install: command(
          "show the service's file, ask, write it, start it",
          async () => (await import("../commands/maintenance/service.ts")).installSubCommand,
          { 0: "installed, or nothing to do", 1: "you answered no", 2: "cannot be done" },
        ),
        remove: command(
          "take the service out again",
          async () => (await import("../commands/maintenance/service.ts")).removeSubCommand,
          { 0: "removed, or nothing to do", 1: "you answered no", 2: "cannot be done" },
        ),
        status: command(
          "say whether it is installed, and runs",
          async () => (await import("../commands/maintenance/service.ts")).statusSubCommand,
          { 0: "it runs", 1: "it does not" },
        ),
      },
    ),
    machine: group(
      "the guard of a whole machine: one service for all accounts",
      `the guard of a whole machine: one service, a key and a log for each account

  sudo sallyport machine serve                      run it here; the package's service does
  sudo sallyport machine try                        is every account judged, and nobody locked out?
  sallyport machine try ada                         is your own?
  sudo sallyport machine noticed                    which clients ran without it?
  sudo sallyport machine as ada -- log tail -n 20   the record of one account`,
      {
        serve: command(
          "run it in this terminal",
          async () => (await import("../commands/maintenance/machine.ts")).serveCommand,
          { 0: "it was asked to end", 2: "it cannot run" },
        ),
        judge: command(
          "the judge of one account, as `serve` starts it",
          async () => (await import("../commands/maintenance/machine.ts")).judgeCommand,
          { 0: "it was asked to end", 2: "it cannot run" },
        ),
        try: command(
          "send two calls for each account through it",
          async () => (await import("../commands/maintenance/machine.ts")).tryCommand,
          { 0: "every account is judged", 1: "one is not", 2: "could not be tried" },
        ),
        noticed: command(
          "list clients that ran without it",
          async () => (await import("../commands/maintenance/machine.ts")).noticedCommand,
          { 0: "there is none", 1: "there is one", 2: "cannot be told" },
        ),
        as: command(
          "run a command on the data of one account",
          async () => (await import("../commands/maintenance/machine.ts")).asCommand,
          { 0: "what the command says", 2: "cannot be done" },
        ),
      },
    ),
    gateway: group(
      "let contained installs read package registries, and nothing else",
      `The proxy of contained commands: refuses everything, and lets package registries be read while an install runs.

  sallyport gateway start      in the background
  sallyport gateway status     does it run, and what did it refuse?
  sallyport gateway stop`,
      {
        start: command(
          "start the gateway in the background unless it runs",
          async () => (await import("../commands/maintenance/gateway.ts")).startCommand,
          STRANGER,
        ),
        stop: command(
          "stop it",
          async () => (await import("../commands/maintenance/gateway.ts")).stopCommand,
        ),
        status: command(
          "say whether it runs, what passed and what was refused",
          async () => (await import("../commands/maintenance/gateway.ts")).statusCommand,
          { 0: "it runs", 1: "it does not", ...STRANGER },
        ),
        run: command(
          "run it in this terminal until interrupted",
          async () => (await import("../commands/maintenance/gateway.ts")).runCommand,
          STRANGER,
        ),
      },
    ),
    hook: command(
      "judge one hook event from standard input, without the daemon",
      async () => (await import("../commands/maintenance/hook.ts")).hookCommand,
      { 0: "answered on standard output", 2: "refused: the reason is on standard error" },
    ),
    completion: command("a script that completes commands in bash, zsh or fish", async (all) =>
      (await import("../commands/maintenance/completion.ts")).completionCommand(all),
    ),
  },
};
