// Commands about more than one machine.
import { command, common, group, type Section } from "../command-line/entry.ts";

/** What exits with 1 where somebody should look at something. */
const LOOKED = {
  0: "nothing to look at",
  1: "there is something to look at",
  2: "could not look",
} as const;

export const fleetSection: Section = {
  title: "fleet",
  commands: {
    collector: common(
      group(
        "store the logs of many machines, and hand the log here in",
        `The store of a team: make it, fill it, and hand the log of a machine in.

  sallyport collector serve --config collector.json              take logs in
  sallyport collector search verdict:deny --reader reader.url    look into the store
  sallyport collector leave                                      hand the log here in no more`,
        {
          join: command(
            "hand the log here in from now on",
            async () => (await import("../commands/fleet/collector.ts")).joinCommand,
          ),
          leave: command(
            "hand it in no more",
            async () => (await import("../commands/fleet/collector.ts")).leaveCommand,
          ),
          search: command(
            "events of the store that meet a filter, newest first",
            async () => (await import("../commands/fleet/collector-search.ts")).searchCommand,
            { 0: "looked, whether or not something was found", 2: "could not look" },
          ),
          status: command(
            "what is stored, by tenant",
            async () => (await import("../commands/fleet/collector.ts")).statusCommand,
            { 0: "answered", 2: "could not answer" },
          ),
          setup: command(
            "make the store's tables, or bring them up to date",
            async () => (await import("../commands/fleet/collector.ts")).setupCommand,
          ),
          tenant: command(
            "make a tenant, with its roles",
            async () => (await import("../commands/fleet/collector.ts")).tenantCommand,
          ),
          stream: command(
            "make the streams that logs wait in",
            async () => (await import("../commands/fleet/collector.ts")).streamCommand,
          ),
          serve: command(
            "take logs in, until it is stopped",
            async () => (await import("../commands/fleet/collector.ts")).serveCommand,
          ),
          work: command(
            "store what waits in a stream, until it is stopped",
            async () => (await import("../commands/fleet/collector.ts")).workCommand,
          ),
        },
      ),
    ),
    fleet: group(
      "bring many machines under one policy, step by step",
      `The machines of a company as one fleet: who they are, which policy they get, and how it is introduced.

  sallyport fleet init fleet --name acme          begin
  sallyport fleet plan                            what is next, and what blocks it
  sallyport fleet release baseline --key KEY      introduce a policy, ring by ring
  sallyport fleet tick                            do what the figures decide
  sallyport fleet friction                        what it costs people`,
      {
        init: command(
          "make the folder of a fleet",
          async () => (await import("../commands/fleet/fleet-init.ts")).initCommand,
        ),
        status: command(
          "the machines, and what each release is at",
          async () => (await import("../commands/fleet/fleet-look.ts")).statusCommand,
          LOOKED,
        ),
        plan: command(
          "the fifteen steps, and what blocks the next",
          async () => (await import("../commands/fleet/fleet-look.ts")).planCommand,
          LOOKED,
        ),
        tiers: command(
          "the repositories by tier",
          async () => (await import("../commands/fleet/fleet-look.ts")).tiersCommand,
          LOOKED,
        ),
        inventory: command(
          "what is known, and what sources say differently",
          async () => (await import("../commands/fleet/fleet-inventory.ts")).inventoryCommand,
          LOOKED,
        ),
        friction: command(
          "questions, answers, waiting, and the rules that cost most",
          async () => (await import("../commands/fleet/fleet-look.ts")).frictionCommand,
          LOOKED,
        ),
        exceptions: command(
          "the exceptions that policies give",
          async () => (await import("../commands/fleet/fleet-look.ts")).exceptionsCommand,
          LOOKED,
        ),
        gateway: command(
          "policies by group, for the vendor's gateway",
          async () => (await import("../commands/fleet/fleet-gateway.ts")).gatewayCommand,
          {
            0: "written, or the gateway serves them",
            1: "with --verify: it serves something else",
            2: "not done",
          },
        ),
        training: command(
          "who has to be trained, and was",
          async () => (await import("../commands/fleet/fleet-training.ts")).trainingCommand,
          LOOKED,
        ),
        train: command(
          "put on record that people were trained",
          async () => (await import("../commands/fleet/fleet-training.ts")).trainCommand,
        ),
        import: command(
          "take an export into the inventory",
          async () => (await import("../commands/fleet/fleet-decide.ts")).importCommand,
        ),
        move: command(
          "give a repository a tier",
          async () => (await import("../commands/fleet/fleet-decide.ts")).moveCommand,
        ),
        attest: command(
          "put on record who stands for what no machine sees",
          async () => (await import("../commands/fleet/fleet-decide.ts")).attestCommand,
        ),
        measure: command(
          "put a figure of a report on record",
          async () => (await import("../commands/fleet/fleet-decide.ts")).measureCommand,
        ),
        release: command(
          "build a policy and begin to introduce it",
          async () => (await import("../commands/fleet/fleet-tracks.ts")).releaseCommand,
        ),
        tick: command(
          "do what the figures decide",
          async () => (await import("../commands/fleet/fleet-tracks.ts")).tickCommand,
        ),
        advance: command(
          "take a release on, if its figures hold",
          async () => (await import("../commands/fleet/fleet-tracks.ts")).advanceCommand,
        ),
        hold: command(
          "let a release stay where it is",
          async () => (await import("../commands/fleet/fleet-tracks.ts")).holdCommand,
        ),
        resume: command(
          "let a release that is held go on",
          async () => (await import("../commands/fleet/fleet-tracks.ts")).resumeCommand,
        ),
        "take-back": command(
          "end a release, and go back to what was before",
          async () => (await import("../commands/fleet/fleet-tracks.ts")).takeBackCommand,
        ),
        revoke: command(
          "name versions that no machine is to have",
          async () => (await import("../commands/fleet/fleet-tracks.ts")).revokeCommand,
        ),
        installer: group(
          "make installers, sign and verify them",
          `Makes installers of this program, signs and verifies them.

  sallyport fleet installer deb --out build --policy acme.yaml --key team.key
  sallyport fleet installer verify build/sallyport_1.0.0-1_all.deb --keys team.pub

What device management takes (Jamf, Intune, Kandji, group policy) comes of \`sallyport policy compile\`.`,
          {
            deb: command(
              "a Debian package of this program",
              async () => (await import("../commands/fleet/installer.ts")).debCommand,
              { 0: "made", 2: "not made: a file is never written over" },
            ),
            formula: command(
              "a formula of Homebrew",
              async () => (await import("../commands/fleet/installer-texts.ts")).formulaCommand,
              { 0: "made", 2: "not made: a file is never written over" },
            ),
            image: command(
              "a container image for CI runners",
              async () => (await import("../commands/fleet/installer-texts.ts")).imageCommand,
              { 0: "made", 2: "not made: a file is never written over, a base needs its digest" },
            ),
            verify: command(
              "whether an installer is what was signed",
              async () => (await import("../commands/fleet/installer.ts")).verifyCommand,
              { 0: "it is what was signed", 1: "it is refused", 2: "could not look" },
            ),
          },
        ),
        follow: command(
          "take the policy that is published for this machine, now and from now on",
          async () => (await import("../commands/fleet/fleet-follow.ts")).followCommand,
        ),
        publish: command(
          "write what each machine is to have",
          async () => (await import("../commands/fleet/fleet-tracks.ts")).publishCommand,
        ),
      },
    ),
    witness: group(
      "cosign the logs of other machines, and have the log here cosigned",
      `Cosign the logs of other machines, or name those who cosign the log here.

  sallyport witness add https://witness.example.com:4431 KEY    have the log here cosigned
  sallyport witness list                                        by whom
  sallyport witness serve                                       cosign logs of others`,
      {
        add: command(
          "have the log here cosigned by a witness",
          async () => (await import("../commands/fleet/witness.ts")).addCommand,
        ),
        remove: command(
          "ask a witness no more",
          async () => (await import("../commands/fleet/witness.ts")).removeCommand,
        ),
        list: command(
          "the witnesses of the log here",
          async () => (await import("../commands/fleet/witness.ts")).listCommand,
        ),
        serve: command(
          "cosign logs of other machines, until it is stopped",
          async () => (await import("../commands/fleet/witness.ts")).serveCommand,
        ),
        key: command(
          "the key of the witness here",
          async () => (await import("../commands/fleet/witness.ts")).keyCommand,
        ),
        trust: command(
          "cosign the log of this key",
          async () => (await import("../commands/fleet/witness.ts")).trustCommand,
        ),
      },
    ),
  },
};
