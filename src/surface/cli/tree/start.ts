// Commands that a person begins with.
import { command, common, group, type Section } from "../command-line/entry.ts";

export const startSection: Section = {
  title: "start here",
  commands: {
    start: common(
      command(
        "run the daemon here, guard a project, follow its decisions",
        async () => (await import("../commands/start/start.ts")).startCommand,
        {
          0: "ended by you, or `--once` is done",
          1: "you answered no, or the daemon ended",
          2: "cannot start",
        },
      ),
    ),
    init: common(
      command(
        "guard a project: show the change to its settings, then make it",
        async () => (await import("../commands/start/init.ts")).initCommand,
        { 0: "guarded, or nothing to do", 1: "you answered no", 2: "cannot be guarded" },
      ),
    ),
    status: common(
      command(
        "is the guard in force here, and what repairs it",
        async () => (await import("../commands/start/status.ts")).statusCommand,
        { 0: "in force", 1: "not in force, or something was found", 2: "cannot tell" },
      ),
    ),
    dashboard: common(
      command(
        "the web app: what the agent does, what waits for you, proofs",
        async () => (await import("../commands/start/dashboard.ts")).dashboardCommand,
        {
          0: "ended by you, or printed",
          1: "the word was not typed",
          2: "cannot start, or no person sits at a terminal",
        },
      ),
    ),
    plugin: group(
      "the plugin for Claude Code that comes with this program",
      `The plugin for Claude Code: an advisor, skills, and our MCP server.

  sallyport plugin show
  claude plugin marketplace add "$(sallyport plugin show --path)"`,
      {
        show: command(
          "where it lies, and how to add it",
          async () => (await import("../commands/start/plugin.ts")).pluginCommand,
        ),
        greet: command(
          "as its hook: say when no guard is in force",
          async () => (await import("../commands/start/plugin.ts")).greetCommand,
        ),
      },
    ),
    oidc: group(
      "log in to the dashboard by a provider of OpenID Connect",
      `By which provider people log in to the dashboard, beside links of this machine.

  sallyport oidc set --issuer https://login.example.com --client-id sallyport \\
    --client-secret file:/home/ada/.sallyport-oidc --role owners=administrator
  sallyport oidc test                  does the provider answer?
  sallyport oidc show                  the settings, and the address to register there`,
      {
        show: command(
          "the provider, and which group has which role",
          async () => (await import("../commands/start/oidc.ts")).showCommand,
          { 0: "shown", 2: "the file is damaged, or not yours alone" },
        ),
        set: command(
          "set the provider; shows the change first",
          async () => (await import("../commands/start/oidc.ts")).setCommand,
          {
            0: "set, shown, or not wanted",
            1: "the word was not typed",
            2: "not valid, or no person sits at a terminal",
          },
        ),
        remove: command(
          "take the provider away; shows the change first",
          async () => (await import("../commands/start/oidc.ts")).removeCommand,
          {
            0: "removed, shown, or not wanted",
            1: "the word was not typed",
            2: "there is none, or no person sits at a terminal",
          },
        ),
        users: group(
          "people as a directory exports them",
          `Who may log in, by a file of people from a directory (SCIM 2.0 or CSV).

  sallyport oidc users check people.json
  sallyport oidc set --issuer https://login.example.com --client-id sallyport \\
    --client-secret file:/home/ada/.sallyport-oidc --role owners=administrator --users /home/ada/people.json`,
          {
            check: command(
              "read a file of people, and count who gets which role",
              async () => (await import("../commands/start/oidc.ts")).usersCheckCommand,
              { 0: "it can be taken", 2: "it cannot, for the reason that is told" },
            ),
          },
        ),
        test: command(
          "whether the provider answers as it is set up",
          async () => (await import("../commands/start/oidc.ts")).testCommand,
          {
            0: "it answers",
            1: "it does not",
            2: "none is set, or its secret or the library is missing",
          },
        ),
      },
    ),
    explain: common(
      command(
        "say what a command would do, and how it is judged",
        async () => (await import("../commands/start/explain.ts")).explainCommand,
        {
          0: "explained; with `--exit-code`: it would run",
          4: "with `--exit-code`: it would be asked about",
          5: "with `--exit-code`: it would be refused",
        },
      ),
    ),
    undo: command(
      "take back what calls changed in a project, after showing it",
      async () => (await import("../commands/start/undo.ts")).undoCommand,
      {
        0: "taken back, shown, or nothing to do",
        1: "you answered no, or some places stay as they are",
        2: "there is no such call or session, or no copies",
      },
    ),
    try: command(
      "run a command on an overlay of the project, judge what it did, commit or not",
      async () => (await import("../commands/start/try.ts")).tryCommand,
      {
        0: "committed, or nothing would change",
        1: "thrown away, or the command failed",
        2: "cannot be tried",
      },
    ),
    prove: command(
      "prove that held calls are held on this machine, by probes from inside of one",
      async () => (await import("../commands/start/prove.ts")).proveCommand,
      {
        0: "nothing got through",
        1: "something did",
        2: "no call is held here, or what has to work in one does not",
      },
    ),
    report: common(
      command(
        "what was refused and asked about, or would be, by reason",
        async () => (await import("../commands/start/report.ts")).reportCommand,
        { 0: "counted, also where nothing is on record", 2: "cannot be counted" },
      ),
    ),
    past: common(
      command(
        "what would have been refused in past sessions, before anything is installed",
        async () => (await import("../commands/start/past.ts")).pastCommand,
        { 0: "shown, also where nothing is found", 2: "cannot be read" },
      ),
    ),
    uninstall: common(
      command(
        "take out of a project's settings exactly what init put in",
        async () => (await import("../commands/start/uninstall.ts")).uninstallCommand,
        { 0: "taken out, or nothing to do", 1: "you answered no", 2: "cannot be done" },
      ),
    ),
  },
};
