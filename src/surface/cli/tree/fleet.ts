// Commands about more than one machine.
import { command, common, group, type Section } from "../command-line/entry.ts";

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
      "installers for many machines",
      `Installers of this program for many machines.

  sallyport fleet installer deb --out build --key team.key
  sallyport fleet installer verify build/sallyport_1.0.0-1_all.deb`,
      {
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
