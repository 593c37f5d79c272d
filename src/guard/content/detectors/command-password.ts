// command-password: passwords that programs take as arguments in forms of their own: `curl -u`, `sshpass -p`, `net use`, in prose after the word.
import type { Detector, Hit } from "../detector.ts";
import { valueQuality } from "../value-quality.ts";

/** Functions that take a password or a key among their arguments; what stands before it are texts too. */
const CALL =
  /(?<![\w])(?:getConnection|PDO|NetworkCredential|login|bind|connect|createHmac|cookieParser|Fernet|sendline|sshConfig)\([^"'\n()]{0,60}(?:["'][^"'\n]{0,120}["'][ ]{0,2},[ ]{0,2}){0,3}b?["'](?<value>[^"'\s]{8,128})["']/g;
/** `-u user:password` and `--user` of curl and wget-like programs; what follows `-p` of sshpass; `chpasswd` and `echo user:password`. */
const FORMS: readonly RegExp[] = [
  /(?<![\w-])(?:-u|--user|--proxy-user)[ =]["']?[\w.@+-]{1,64}:(?<value>[^\s"'@:/]{6,128})/g,
  /(?<![\w-])sshpass[ ]-p[ ]?["']?(?<value>[^\s"']{6,128})/g,
  /(?<![\w-])echo[ ]["']?[\w.-]{1,64}:(?<value>[^\s"':/]{6,128})["']?[ ]\|[ ](?:sudo[ ])?chpasswd/g,
  /(?<![\w-])(?:mysql|mysqldump|mysqladmin|7z)[ ][^\n|;]{0,80}[ ]-p(?<value>[^\s"']{6,128})/g,
  /(?<![\w-])(?:sqlcmd|zip|redis-cli)[ ][^\n|;]{0,80}[ ]-[Pa][ ]["']?(?<value>[^\s"']{6,128})/g,
  /(?<![\w-])-(?:storepass|keypass|passphrase|passin[ ]pass:|passout[ ]pass:)[ ]?["']?(?<value>[^\s"']{6,128})/g,
  /(?<![\w-])identified[ ]by[ ]["'](?<value>[^\s"']{6,128})["']/gi,
  /(?<![\w-])echo[ ]["']?(?<value>[^\s"'$|]{6,128})["']?[ ]\|[ ]sudo[ ]-S/g,
  CALL,
  /(?<![\w-])(?:pass(?:word|phrase|wd)?|pw)(?:[ ]is|[ ]was|[ ]to)?[ ]+[`"'*]{0,2}(?<value>[^\s`"'*,;]{8,64})/gi,
];
/** In prose only what nobody takes for a word: letters with digits. */
const MIXED = /[A-Za-z].{0,64}\d|\d.{0,64}[A-Za-z]/;

export const commandPassword: Detector = {
  id: "command-password",
  title: "a password in a command or a sentence",
  family: "secret",
  tier: "medium",
  rank: 11,
  keywords: [
    ...["-u ", "--user", "--proxy-user", "sshpass", "chpasswd", "passw", "passphrase", " pw "],
    ...["mysql", "7z ", "sqlcmd ", "zip ", "redis-cli ", "-storepass", "-keypass", "-passin"],
    ...["-passout", "identified by", "sudo -s", "getconnection(", "pdo(", "networkcredential("],
    ...["login(", "bind(", "connect(", "createhmac(", "cookieparser(", "fernet(", "sendline("],
    "sshconfig(",
  ],
  before: 80,
  after: 320,
  *find(window) {
    const hits: Hit[] = [];
    for (const form of FORMS) {
      for (const match of window.matchAll(form)) {
        const value = (match.groups?.["value"] ?? "").replace(/[.)\]}!?]+$/, "");
        const quality = valueQuality(value);
        if (quality !== "random" && (quality !== "mixed" || !MIXED.test(value))) continue;
        const start = match.index + match[0].lastIndexOf(value);
        hits.push({ start, end: start + value.length });
      }
    }
    yield* hits.sort((one, other) => one.start - other.start);
  },
};
