// gpg: encrypts, signs and reads files; keys in the home directory; key servers.
import { append, EMPTY, hole, literal, sourcesOf, textOf } from "../../shell/values/text.ts";
import { type CommandModel, type Consequence, command } from "../model/command-model.ts";
import { prints, reads, writes } from "../model/consequences.ts";
import { flags, maybeTaking, taking } from "../model/option-list.ts";
import { role } from "../model/option-roles.ts";

export const gpg: CommandModel = command({
  names: ["gpg", "gpg2", "gpgv"],
  options: {
    output: taking("o", "--output"),
    home: taking("--homedir"),
    reads: role(
      "input",
      taking(
        "f",
        "--recipient-file --hidden-recipient-file --passphrase-file --keyring --secret-keyring --primary-keyring --trustdb-name --default-keyring",
      ),
    ),
    writes: role("log", taking("--log-file --logger-file --status-file --attribute-file")),
    settings: taking(
      "--options --agent-program --dirmngr-program --pinentry-program --exec-path --photo-viewer",
    ),
    server: taking("--keyserver --auto-key-locate --keyserver-options"),
    named: taking(
      "ruN",
      "--recipient --hidden-recipient --local-user --default-key --passphrase --passphrase-fd --status-fd --logger-fd --command-fd --pinentry-mode --cipher-algo --digest-algo --compress-algo --s2k-mode --s2k-digest-algo --s2k-cipher-algo --s2k-count --trust-model --keyid-format --list-options --verify-options --export-options --import-options --set-filename --comment --charset --personal-digest-preferences --default-cert-level --set-notation --min-rsa-length --attribute-fd --display --tty-name --debug",
    ),
    contact: flags(
      "--recv-keys --receive-keys --send-keys --search-keys --refresh-keys --fetch-keys --locate-keys --locate-external-keys",
    ),
    secretOut: flags("--export-secret-keys --export-secret-subkeys --export-secret-key"),
    listing: flags(
      "kK",
      "--list-keys --list-secret-keys --list-public-keys --fingerprint --list-sigs --check-sigs --list-config --export --export-ownertrust --card-status --list-packets --dump-options --show-keys --export-ssh-key --print-mds --list-trustdb",
    ),
    changing: flags(
      "--import --fast-import --import-ownertrust --delete-keys --delete-secret-keys --delete-secret-and-public-key --delete-key --gen-key --generate-key --full-generate-key --full-gen-key --quick-generate-key --quick-gen-key --quick-add-uid --quick-add-key --edit-key --sign-key --lsign-key --quick-sign-key --gen-revoke --generate-revocation --change-passphrase --passwd --update-trustdb --check-trustdb --rebuild-keydb-caches",
    ),
    working: flags(
      "sbecd",
      "--sign --detach-sign --encrypt --symmetric --decrypt --clearsign --clear-sign --store --decrypt-files --encrypt-files",
    ),
    verifying: flags("--verify --verify-files"),
    about: flags("h", "--version --help"),
    dearmor: flags("--dearmor --enarmor"),
    style: flags(
      "avqnitzx",
      "--armor --no-armor --batch --yes --no --quiet --verbose --no-tty --no-options --no-default-keyring --no-permission-warning --always-trust --textmode --dry-run --interactive --use-agent --no-use-agent --throw-keyids --no-greeting --with-colons --with-fingerprint --with-keygrip --ignore-mdc-error --no-auto-key-retrieve --no-autostart --multifile --no-secmem-warning --expert --no-verbose --with-subkey-fingerprint --with-secret --fixed-list-mode --no-emit-version --no-symkey-cache --import-clean",
    ),
    optional: maybeTaking("--auto-key-import"),
  },
  effects: ({ args, operands, has, values, stdin }, context) => {
    if (has("about")) return [];
    const found: Consequence[] = [];
    const ring = values("home")[0] ?? literal(`${context.home}/.gnupg`);
    if (has("settings"))
      found.push({
        kind: "unknown",
        reason: "dynamic-code",
        detail: "settings of `gpg` that name programs or files",
      });
    if (has("contact"))
      found.push({
        kind: "effect",
        effect: {
          kind: "egress",
          destination: { host: undefined, port: undefined, scheme: "hkps" },
          carries: [
            { kind: "argument" },
            { kind: "file", target: { kind: "unresolved", within: undefined, reach: "entry" } },
          ],
        },
      });
    for (const server of values("server"))
      found.push({
        kind: "contacts",
        url: server,
        scheme: "hkps",
        carries: [{ kind: "argument" }],
      });
    // Listing opens the rings of public keys; secret keys are opened to sign, to decrypt and to export.
    if (has("secretOut")) found.push(reads(ring, "tree"));
    if (has("changing") || has("contact")) found.push(writes(ring, "change", { reach: "tree" }));
    const looks =
      (has("listing") || has("verifying")) &&
      !["working", "changing", "contact", "secretOut"].some((one) => has(one));
    // What is only locked with a passphrase takes no key: the folder is made, and nothing of value in it changes.
    const isLocking =
      args.some((word) => /^(?:-c|--symmetric)$/.test(textOf(word) ?? "")) &&
      !["listing", "changing", "contact", "secretOut"].some((one) => has(one));
    const kept = looks || isLocking ? "cache" : "create";
    // WHY: the rings of public keys are opened by every call and hold nothing secret; they are not listed as reads. Settings stay as
    // they are, so that the next gpg of the line obeys no others.
    if (looks || !context.isFile(append(ring, literal("/pubring.kbx"))))
      found.push(writes(ring, kept, { reach: "tree", keepsContent: true }));
    const works = !has("listing") && !has("changing") && !has("secretOut") && !has("contact");
    const files =
      works || has("listing")
        ? operands.filter((path) => textOf(path) !== "-" && context.isFile(path))
        : [];
    const named = works ? operands.filter((path) => textOf(path) !== "-") : files;
    found.push(
      ...(works || has("changing") ? operands.filter((path) => textOf(path) !== "-") : named).map(
        (path) => reads(path),
      ),
    );
    const sources = sourcesOf([
      ...named.flatMap((path) => context.contentOf(path)),
      ...(named.length === 0 ? (stdin ?? EMPTY) : EMPTY),
    ]);
    const content = [[hole("unmodelled", { sources })]];
    for (const path of values("output"))
      if (textOf(path) !== "-") found.push(writes(path, "create", { content }));
    if (works && !looks && values("output").length === 0) {
      for (const path of named) {
        const text = textOf(path);
        const plain = text?.replace(/\.(gpg|asc|pgp|sig)$/, "");
        if (plain !== undefined && plain !== text)
          found.push(writes(literal(plain), "create", { content }));
        found.push(
          ...[".gpg", ".asc", ".sig"].map((suffix) =>
            writes(append(path, literal(suffix)), "create", { content }),
          ),
        );
      }
    }
    if (works && !looks)
      found.push(writes(append(ring, literal("/trustdb.gpg")), "change", { keepsContent: true }));
    return [...found, prints(content)];
  },
});
