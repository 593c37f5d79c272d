// Commands about policies, and about what is lifted, marked or locked for a while.
import { command, common, group, type Section } from "../command-line/entry.ts";
import { mcpGroup } from "./mcp.ts";
import { approvals } from "./approvals.ts";
import { questions } from "./questions.ts";

const BUNDLE_CHANGED = {
  0: "done, or shown with `--dry-run`",
  1: "you answered no",
  2: "nothing was changed",
} as const;

export const policySection: Section = {
  title: "policy",
  commands: {
    policy: common(
      group(
        "read, try, compare and compile policies, and see where they hold",
        `Policies: what they say, whether they say what was meant, and where they hold.

  sallyport policy list                  the policies that ship
  sallyport policy show team             what one of them says
  sallyport policy check policy.yaml     can this file be used?
  sallyport policy diff team policy.yaml which effects do they judge differently?`,
        {
          list: command(
            "the policies that ship, and what each is for",
            async () => (await import("../commands/policy/policy-list.ts")).listCommand,
          ),
          show: command(
            "the rules of a policy, or of the one in force here",
            async () => (await import("../commands/policy/policy-show.ts")).showCommand,
          ),
          check: command(
            "read a policy, and say what it amounts to",
            async () => (await import("../commands/policy/policy-check.ts")).checkCommand,
            {
              0: "it can be used",
              2: "it cannot, or says what has no effect: named with line and column",
            },
          ),
          test: command(
            "try the examples of a policy",
            async () => (await import("../commands/policy/policy-test.ts")).testCommand,
            { 0: "all are as expected", 1: "some are not", 2: "they could not be tried" },
          ),
          diff: command(
            "which effects two policies judge differently",
            async () => (await import("../commands/policy/policy-diff.ts")).diffCommand,
            {
              0: "no effect changes its verdict, and that is proven",
              1: "some do",
              2: "could not compare",
              3: "none was found, and that is not proven",
            },
          ),
          backtest: command(
            "what a policy would have made of recorded calls, or of a list of commands",
            async () => (await import("../commands/policy/policy-backtest.ts")).backtestCommand,
            {
              0: "no verdict changes",
              1: "some change, cannot be told, or are not as the list expects",
              2: "could not look",
            },
          ),
          friction: command(
            "questions asked and spared, and what changing the dearest rules would do",
            async () => (await import("../commands/policy/policy-friction.ts")).frictionCommand,
          ),
          compile: command(
            "a policy as settings of the client, sandbox and device management",
            async () => (await import("../commands/policy/policy-compile.ts")).compileCommand,
            { 0: "done", 1: "a rule is held by nothing that is written", 2: "nothing is written" },
          ),
          deploy: command(
            "write what a policy compiles to, after showing it",
            async () => (await import("../commands/policy/policy-deploy.ts")).deployCommand,
            {
              0: "written, nothing to change, or shown with `--dry-run`",
              1: "the word was not typed",
              2: "nothing is written",
            },
          ),
          drift: command(
            "what differs from what was deployed",
            async () => (await import("../commands/policy/policy-drift.ts")).driftCommand,
            { 0: "no drift", 1: "some", 2: "could not look" },
          ),
          project: command(
            "the id of a guarded project, for the parameters of a site",
            async () => (await import("../commands/policy/policy-project.ts")).projectCommand,
            { 0: "printed", 1: "the project is not guarded", 2: "could not look" },
          ),
          verify: command(
            "whether the client holds what was deployed",
            async () => (await import("../commands/policy/policy-verify.ts")).verifyCommand,
            {
              0: "verified",
              1: "something is not as deployed, or a mode is not held",
              2: "could not look, or nothing is deployed here",
              3: "the files are as deployed, and the client could not be tried",
            },
          ),
          lint: command(
            "what is wrong in settings of the client",
            async () => (await import("../commands/policy/policy-lint.ts")).lintCommand,
            { 0: "no error or warning", 1: "some", 2: "could not look" },
          ),
          consolidate: command(
            "the client's own permission rules, made fewer",
            async () =>
              (await import("../commands/policy/policy-consolidate.ts")).consolidateCommand,
            { 0: "done or shown", 1: "you answered no", 2: "cannot be done" },
          ),
          exception: group(
            "exceptions to the policy: approved, limited, revocable",
            `Exceptions to the policy: approved, limited, revocable.

  sallyport policy exception grant secrets/read --scope 'paths: ["<project>/test/.env"]' --verdict ask --for 2h
  sallyport policy exception list
  sallyport policy exception revoke 00112233445566aa`,
            {
              grant: command(
                "allow what a rule refuses, for a while; typed at a terminal",
                async () => (await import("../commands/policy/policy-exception.ts")).grantCommand,
                { 0: "granted", 1: "the word was not typed", 2: "cannot be done" },
              ),
              list: command(
                "all exceptions, and which count now",
                async () => (await import("../commands/policy/policy-exception.ts")).listCommand,
              ),
              revoke: command(
                "end an exception at once",
                async () => (await import("../commands/policy/policy-exception.ts")).revokeCommand,
                { 0: "revoked", 2: "there is none of this id" },
              ),
            },
          ),
          bundle: group(
            "a managed policy as one signed file for many machines",
            `A managed policy as one signed file for many machines.

  sallyport policy bundle key team.key --name example.com/policy
  sallyport policy bundle build policy.yaml --key team.key --version 1 --for 90d --out policy.bundle
  sallyport policy bundle show policy.bundle
  sallyport policy bundle install policy.bundle`,
            {
              key: command(
                "make a key that signs bundles",
                async () => (await import("../commands/policy/policy-bundle.ts")).keyCommand,
                { 0: "made", 2: "not made: a file is never written over" },
              ),
              build: command(
                "make a bundle of a policy",
                async () => (await import("../commands/policy/policy-bundle.ts")).buildCommand,
                { 0: "made", 2: "not made: a file is never written over" },
              ),
              show: command(
                "what a bundle says of itself",
                async () => (await import("../commands/policy/policy-bundle.ts")).showCommand,
                { 0: "shown", 2: "it is no bundle" },
              ),
              verify: command(
                "whether a bundle would be taken here",
                async () => (await import("../commands/policy/policy-bundle.ts")).verifyCommand,
                { 0: "it would be taken", 1: "it would be refused", 2: "could not look" },
              ),
              pin: command(
                "trust a key for bundles",
                async () =>
                  (await import("../commands/policy/policy-bundle-install.ts")).pinCommand,
                BUNDLE_CHANGED,
              ),
              unpin: command(
                "trust a key no more",
                async () =>
                  (await import("../commands/policy/policy-bundle-install.ts")).unpinCommand,
                BUNDLE_CHANGED,
              ),
              install: command(
                "put a bundle in force on this machine",
                async () =>
                  (await import("../commands/policy/policy-bundle-install.ts")).installCommand,
                BUNDLE_CHANGED,
              ),
              remove: command(
                "take the bundle out of force",
                async () =>
                  (await import("../commands/policy/policy-bundle-install.ts")).removeCommand,
                BUNDLE_CHANGED,
              ),
            },
          ),
          modes: command(
            "what the client's permission modes do under a policy",
            async () => (await import("../commands/policy/policy-modes.ts")).modesCommand,
          ),
          schema: command(
            "the JSON Schema of policy files, for editors",
            async () => (await import("../commands/policy/policy-schema.ts")).schemaCommand,
          ),
        },
      ),
    ),
    recipe: group(
      "hooks by name: as rules of a policy, or as scripts that are made and tried",
      `Hooks that guides name, such as \`block-credential-files\`: what does the same natively, and a script for those who want a file.

  sallyport recipe list
  sallyport recipe show block-credential-files
  sallyport recipe install block-credential-files`,
      {
        list: command(
          "the hooks that there are",
          async () => (await import("../commands/policy/recipe-show.ts")).listCommand,
        ),
        show: command(
          "what a hook does, and what does the same without it",
          async () => (await import("../commands/policy/recipe-show.ts")).showCommand,
          { 0: "shown", 2: "there is no such recipe" },
        ),
        install: command(
          "make the script, and put it into the project's settings",
          async () => (await import("../commands/policy/recipe-install.ts")).installCommand,
          { 0: "installed, or nothing to do", 1: "you answered no", 2: "cannot be done" },
        ),
        test: command(
          "try a hook with what it should stop and what not",
          async () => (await import("../commands/policy/recipe-test.ts")).testCommand,
          {
            0: "as wanted",
            1: "something is not, or broken input passes",
            2: "cannot be run",
          },
        ),
        uninstall: command(
          "take the script and its settings out",
          async () => (await import("../commands/policy/recipe-install.ts")).uninstallCommand,
          { 0: "taken out, or nothing to do", 1: "you answered no", 2: "cannot be done" },
        ),
      },
    ),
    approvals,
    questions,
    allow: command(
      "make your yes to a question last, list and take back such answers",
      async () => (await import("../commands/policy/allow.ts")).allowCommand,
      { 0: "done or shown", 1: "the word was not typed", 2: "cannot be done" },
    ),
    off: common(
      command(
        "stop refusing for a while; typed at a terminal, and on record",
        async () => (await import("../commands/policy/off.ts")).offCommand,
        { 0: "off", 1: "the word was not typed", 2: "cannot be done" },
      ),
    ),
    on: command("refuse again", async () => (await import("../commands/policy/off.ts")).onCommand, {
      0: "on",
      2: "cannot be done",
    }),
    lockdown: command(
      "refuse every call at once, until restore",
      async () => (await import("../commands/policy/lockdown.ts")).lockdownCommand,
      {
        0: "locked down and on record",
        1: "locked down, and not on record or not in the managed settings",
        2: "cannot be done",
      },
    ),
    restore: command(
      "end a lockdown; typed at a terminal",
      async () => (await import("../commands/policy/lockdown.ts")).restoreCommand,
      { 0: "calls are judged again", 1: "the word was not typed", 2: "cannot be done" },
    ),
    mcp: mcpGroup,
    "mcp-server": command(
      "let an agent ask what sallyport knows, over MCP; it only reads",
      async () => (await import("../commands/mcp/mcp-server.ts")).mcpServerCommand,
      { 0: "the client ended it", 2: "cannot start" },
    ),
    mods: group(
      "code that plugins and skills bring into the client, and which of it you agreed to",
      `Mods: code that runs inside of Claude Code, before every hook that is not managed.

  sallyport mods list      what is here, who brought it, and whether you agreed to it
  sallyport mods list --all  also hooks, servers and scripts of plugins, skills and agents
  sallyport mods catalog   every plugin, skill, agent, command and server, with one verdict on each
  sallyport mods agree     agree to it as it is now; typed at a terminal
  sallyport mods diff      which files changed since
  sallyport mods agreed    what you agreed to
  sallyport mods withdraw 00112233445566aa`,
      {
        list: command(
          "the mods here, who brought them, their digests",
          async () => (await import("../commands/policy/mods.ts")).listCommand,
          { 0: "there is none that nobody agreed to", 1: "there are some that hold sessions" },
        ),
        catalog: command(
          "every plugin, skill, agent, command and MCP server here, with one verdict on each",
          async () => (await import("../commands/policy/mods-catalog.ts")).catalogCommand,
          {
            0: "all that they run by themselves is allowed",
            1: "something is refused, asked about or was not wholly read",
            2: "could not look",
          },
        ),
        agree: command(
          "agree to the mods here as they are now; typed at a terminal",
          async () => (await import("../commands/policy/mods.ts")).agreeCommand,
          { 0: "agreed, or there was none", 1: "the word was not typed", 2: "cannot be done" },
        ),
        diff: command(
          "which files differ from what you agreed to",
          async () => (await import("../commands/policy/mods.ts")).diffCommand,
          { 0: "none", 1: "some do", 2: "cannot be told" },
        ),
        agreed: command(
          "the mods that people agreed to, until when",
          async () => (await import("../commands/policy/mods.ts")).agreedCommand,
        ),
        withdraw: command(
          "take back that you agreed to a mod; typed at a terminal",
          async () => (await import("../commands/policy/mods.ts")).withdrawCommand,
          { 0: "withdrawn", 1: "the word was not typed", 2: "there is none of this id" },
        ),
      },
    ),
    session: group(
      "mark a session, and let one go on that is held",
      `Sessions of the client, how people marked them, and those of which every call is refused.

  sallyport session held
  sallyport session release 205f7a4e-396c-40eb-ad75-3ec2ea0369d6 --reason "the mod is my own"
  sallyport session label add 205f7a4e-396c-40eb-ad75-3ec2ea0369d6 incident
  sallyport session label list
  sallyport session label remove 00112233445566aa`,
      {
        held: command(
          "the sessions of which every call is refused, and why",
          async () => (await import("../commands/policy/held-sessions.ts")).heldCommand,
          { 0: "none is", 1: "some are" },
        ),
        release: command(
          "let a held session go on; typed at a terminal, signed, on record",
          async () => (await import("../commands/policy/held-sessions.ts")).releaseCommand,
          { 0: "released", 1: "the word was not typed", 2: "it is not held, or cannot be done" },
        ),
        label: group(
          "labels of sessions that rules of a policy speak of",
          `Labels that rules of a policy speak of (\`labels\`).

  sallyport session label add 205f7a4e-396c-40eb-ad75-3ec2ea0369d6 incident
  sallyport session label list
  sallyport session label remove 00112233445566aa`,
          {
            add: command(
              "mark a session; typed at a terminal, signed, on record",
              async () => (await import("../commands/policy/session.ts")).addCommand,
              { 0: "marked", 1: "the word was not typed", 2: "cannot be done" },
            ),
            list: command(
              "the labels that people gave, each with its session",
              async () => (await import("../commands/policy/session.ts")).listCommand,
            ),
            remove: command(
              "take a label away; typed at a terminal",
              async () => (await import("../commands/policy/session.ts")).removeCommand,
              { 0: "removed", 1: "the word was not typed", 2: "there is none of this id" },
            ),
          },
        ),
      },
    ),
  },
};
