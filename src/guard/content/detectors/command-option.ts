// command-option: passwords that a command is given as a word, in each program's own form, in scripts, histories and documentation.
import { type Credential, credential } from "../detection/credential.ts";
import { valueQuality } from "../detection/value-quality.ts";

/** What may stand between a program and its option on the same line. */
const BETWEEN = String.raw`(?:[ \t][^\n|;&]{0,160}?)?[ \t]`;

/** A program, the option behind which its password stands, and whether it stands right behind it (`-pX`). */
type Form = {
  readonly id: string;
  readonly title: string;
  readonly programs: readonly string[];
  readonly lead: string;
  readonly source: string;
};

const FORMS: readonly Form[] = [
  {
    id: "mysql-option",
    title: "a password of a MySQL command",
    programs: ["mysql", "mysqldump", "mysqladmin", "mariadb", "mysqlimport"],
    lead: String.raw`-p(?=[^\s])`,
    source: "MySQL manual, 4.2.4: `-p` has no blank before its value",
  },
  {
    id: "sshpass-option",
    title: "a password of sshpass",
    programs: ["sshpass"],
    lead: String.raw`-p[ \t]?`,
    source: "sshpass(1)",
  },
  {
    id: "registry-login-option",
    title: "a password of a log-in to a registry or a cloud",
    programs: [
      "docker login",
      "podman login",
      "az login",
      "oc login",
      "helm registry login",
      "cf login",
      "skopeo login",
    ],
    lead: String.raw`(?:-p|--password)[ \t=]`,
    source: "docker login, az login, oc login: reference pages",
  },
  {
    id: "redis-option",
    title: "a password of redis-cli",
    programs: ["redis-cli"],
    lead: String.raw`(?:-a|--pass)[ \t]`,
    source: "redis-cli documentation",
  },
  {
    id: "openssl-option",
    title: "a passphrase of openssl",
    programs: ["openssl"],
    lead: String.raw`(?:-k[ \t]|-pass(?:in|out)?[ \t]pass:)`,
    source: "openssl-passphrase-options(1)",
  },
  {
    id: "keytool-option",
    title: "a password of a key store",
    programs: ["keytool", "jarsigner", "apksigner"],
    lead: String.raw`-(?:store|key|src(?:store|key)|dest(?:store|key))pass(?:word)?[ \t]`,
    source: "keytool(1)",
  },
  {
    id: "archive-option",
    title: "a password of an archive",
    programs: ["zip", "unzip", "7z", "7za", "rar", "unrar"],
    lead: String.raw`(?:-P[ \t]?|-p(?=[^\s]))`,
    source: "zip(1), 7z(1), rar(1)",
  },
  {
    id: "gpg-option",
    title: "a passphrase of gpg",
    programs: ["gpg", "gpg2"],
    lead: String.raw`--passphrase[ \t=]`,
    source: "gpg(1)",
  },
  {
    id: "sqlcmd-option",
    title: "a password of SQL Server's commands",
    programs: ["sqlcmd", "bcp", "osql"],
    lead: String.raw`-P[ \t]?`,
    source: "sqlcmd utility, the vendor's reference",
  },
  {
    id: "directory-option",
    title: "a password of a directory's commands",
    programs: ["ldapsearch", "ldapadd", "ldapmodify", "ldapdelete", "ldapwhoami"],
    lead: String.raw`-w[ \t]`,
    source: "ldapsearch(1)",
  },
  {
    id: "mongo-option",
    title: "a password of MongoDB's commands",
    programs: ["mongo", "mongosh", "mongodump", "mongorestore", "mongoexport", "mongoimport"],
    lead: String.raw`(?:-p|--password)[ \t=]`,
    source: "mongosh, MongoDB manual",
  },
  {
    id: "htpasswd-word",
    title: "a password of htpasswd",
    programs: ["htpasswd"],
    lead: String.raw`-[a-zA-Z]{0,4}b[a-zA-Z]{0,4}[ \t](?:-\w[ \t])?\S{1,128}[ \t]\S{1,64}[ \t]`,
    source: "htpasswd(1), `-b`",
  },
  {
    id: "net-use-word",
    title: "a password of net use",
    programs: ["net use"],
    lead: String.raw`/user:\S{1,128}[ \t]`,
    source: "net use, the vendor's reference",
  },
];

/** A word in quotes is given without them. */
function bare(value: string): string {
  return value.replace(/^["']|["']$/g, "");
}

const isSecret = (value: string): boolean => {
  const quality = valueQuality(bare(value));
  return quality === "random" || quality === "mixed" || (quality === "word" && /["']/.test(value));
};

function ofProgram({ id, title, programs, lead, source }: Form): Credential {
  const names = programs.map((name) => name.replaceAll(" ", String.raw`[ \t]`)).join("|");
  return {
    id,
    title,
    issuer: "whoever set the password",
    source,
    keywords: programs.map((name) => (name.length < 4 ? `${name} ` : name)),
    pattern: new RegExp(
      String.raw`(?<![\w/.-])(?:${names})${BETWEEN}${lead}["']?(?<value>[^\s"'$\`|&;<>()][^\s"'|&;<>()]{3,127}|(?<=["'])[^"'$\n]{4,128}(?=["']))`,
      "g",
    ),
    check: isSecret,
    tier: "medium",
    rank: 10,
    before: 4,
    after: 420,
  };
}

export const commandOption = [
  ...FORMS.map((form) => credential(ofProgram(form))),
  credential({
    id: "piped-password",
    title: "a password that is written into a command that sets or asks for one",
    issuer: "whoever set the password",
    source: "chpasswd(8): `user:password` lines; sudo(8), `-S`: the password from standard input",
    keywords: ["chpasswd", "sudo -s", "passwd --stdin", "su -c"],
    pattern:
      /(?:echo|printf)[ \t](?:-n[ \t]|%s[ \t])?["']?(?:[\w.-]{1,64}:)?(?<value>[^\s"'$`|&;:]{4,128})["']?[ \t]{0,4}\|[ \t]{0,4}(?:sudo[ \t](?:-\w+[ \t])*)?(?:chpasswd|sudo[ \t]-[A-Za-z]{0,3}S|passwd[ \t]--stdin)/g,
    check: isSecret,
    tier: "medium",
    rank: 10,
    before: 220,
    after: 40,
  }),
];
