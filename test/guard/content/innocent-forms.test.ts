// Forms of public code that look like a secret or a number of a person and are none, each beside a twin that is one.
import { describe, expect, it } from "vitest";
import { isAtLeast } from "#guard/content/detection/finding.ts";
import { scanText } from "#guard/content/scan.ts";

/** Joined here, so that no scanner of a host takes them for real. */
const generated = ["q7Vt2mXw9K", "pL4sZdR8nB"].join("");
const base64 = ["Kq3vT8xLm2Zr7Wd4Yb9N", "c5Hg1Jf6Ps0RtUaEoIk3M8w="].join("");

/** What is found at `medium` or surer, by its detector. */
function sureOf(path: string, text: string): readonly string[] {
  return scanText(text, "content", { path })
    .findings.filter(({ tier }) => isAtLeast(tier, "medium"))
    .map(({ detector }) => detector);
}

describe("secrets", () => {
  it.each([
    ["a.php", "function open($dbUser='root',$dbPass='',$dbName='');", `$dbPass='${generated}';`],
    ["a.csv", '"",""', `"{""api_key"": ""${generated}""}"`],
    ["src/keys.ts", 'AUTH_TOKEN: "otter24_auth_token",', `AUTH_TOKEN: "otter24${generated}",`],
    ["src/store.ts", 'storageKey: "otter24-theme-v2",', `storageKey: "${generated}",`],
    ["src/l10n.ts", "password: 'Contraseña',", "password: 'Contraseña7!x',"],
    ["res/a.xml", '<item name="passwordTint">@color/gray_600</item>', ""],
    ["a.md", "client_secret: process.env.OTTER_SECRET!,", `client_secret: ${generated}`],
    ["a.go", 'h.Set("Authorization", "Bearer "+c.authToken2)', `"Bearer ${generated}"`],
    ["a.go", 'OtterCredential *OtterCredential   `json:"otter_credential,omitempty"`', ""],
    ["a.h", "#define OTTER_PASS_TOKEN 0x0700", `#define OTTER_TOKEN "${generated}"`],
    ["a.h", "#define CKM_OTTER_KEY_GEN (0x1053UL)", ""],
    [
      "a.h",
      '#define OTTER_TXT_PSK_1 "ECDHE-PSK-AES128-CBC-SHA"',
      `#define OTTER_PSK "${generated}"`,
    ],
    ["vendor.conf", "github.com/otter/pat 5f0c1b9e2d7a4836c95b0e1fa27d8c346b9e5d01", ""],
    [
      "netrc.txt",
      'machine HOST login USER password "PASSWORD"',
      `machine a login b password "${generated}"`,
    ],
    ["a.go", "// Pass: dynamic=0, static=1.", "// Pass: harbour7dynamic"],
    ["main.cf", "smtp_password_maps = hash:/etc/otter/smtp_auth", ""],
    ["Makefile", "\tship --docker-password=env:OTTER_PASSWORD", ""],
    ["k8s/a.yaml", '  OTTER_SECRET: "base64-encoded-secret"', `  OTTER_SECRET: "${base64}"`],
    ["a.go", 'Str("password", "--secret removed--").', `Str("password", "${generated}").`],
    ["a.py", 'private_key: "_RSAPrivateKey", key: Union["_DSAPrivateKey"]', `key = "${generated}"`],
    ["a.py", "raise Error('pass `allow_module=True` or `asn1Spec`')", ""],
    ["a.py", "token_pat = r'[a-zA-Z](?:[a-z0-9-]*)'", ""],
    ["a.py", "access_token = 'Invalid7:%s:%s' % (a, b)", ""],
    ["a.js", '* Bearer authorization_uri="https://login.otter.test/"', ""],
    ["a.env", "ENCRYPTION_KEY=replace-with-64-char-hex-string", `ENCRYPTION_KEY=${generated}`],
    ["a.plist", `<key>OTPublicEDKey</key>\n<string>${base64}</string>`, ""],
    ["a.txt", "-qw{ -pass -no_debug -number2 }", ""],
  ])("in %s, %#", (path, innocent, twin) => {
    expect(sureOf(path, innocent)).toEqual([]);
    if (twin !== "") expect(sureOf(path, twin)).not.toEqual([]);
  });

  it.each([
    [
      "a.go",
      "// Pass --exit-code=1 to stop, and pass utf8-encoded names.",
      "// pass: Ha7bour!Lane",
    ],
    [
      "a.ex",
      'doc: "the options to pass to Otter.Form.options_for/2"',
      'doc: "password Ha7bourLane9"',
    ],
    ["netrc.py", 'rep += f"\\tpassword {attrs[2]}\\n"', 'rep = "password Ha7bourLane9"'],
    ["pnpm-lock.yaml", "'@otter/password': 4.0.23(@types/node@25.6.0)", ""],
    ["noise.inl", "T pW = static_cast<T>(1.5) - dot(abs(p3), v);", ""],
    ["a.md", "Use `handle_continue/2` for post-init1 work", "login: otter / Ha7bourLane9"],
    ["a.md", "use `projects/1234567/secrets/A2/versions/1` or", ""],
    ["play.yml", 'url: "postgresql://ada:{{ otter_db_password }}@127.0.0.1/otter1"', ""],
    ["a.tpl", 'w = window.open("",title,"width=680,height=600,resizable,scrollbars=yes");', ""],
    ["a.md", "| Token | Use |\n|---|---|\n| CircleCI | commands |", ""],
    ["a.php", 'INSERT INTO t (id, token) VALUES($id,\\"NOT_SET1\\")', ""],
    ["a.md", "postgres://pr_42:…@host:6001/app", "postgres://pr_42:Ha7bour@otter.io:6001/app"],
    ["a.md", "https://a:b@otter.io/?abc", "https://ada:Ha7bour@otter.io/?abc"],
    ["a.md", "http://ada:Ha7bour@www.example.com/", "http://ada:Ha7bour@www.otter.io/"],
    ["a.py", "key = load(\n    otter_auth_2Credentials,\n)\napi_key = (\n    otter2Dict\n)", ""],
  ])("told or passed in %s, %#", (path, innocent, twin) => {
    expect(sureOf(path, innocent)).toEqual([]);
    if (twin !== "") expect(sureOf(path, twin)).not.toEqual([]);
  });
});

describe("plain passwords", () => {
  const plainOf = (path: string, text: string): number =>
    scanText(text, "content", { path }).findings.filter(({ detector }) =>
      detector.startsWith("default-"),
    ).length;

  it.each([
    ["config/nl.yml", "password: Wachtwoord", "password: wachtwoord"],
    ["config/app.yml", "OTTER_SECRET_KEY: test-otter-secret-32-characters-ok", ""],
    ["config/app.yml", "    db_password = candidate", "    db_password: candidate"],
    [".env", "JWT_SECRET=tu_clave_secreta_para_jwt", ""],
    [".env", "MYSQL_PASSWORD=CAMBIAR_PASSWORD_SEGURO", "MYSQL_PASSWORD=LUGAR_SEGURO"],
    ["a.tfvars", 'admin_password = "update_me"', 'admin_password = "harbour"'],
    ["config.py", 'method: Literal["key", "password"] = "key"', 'config["password"] = "harbour"'],
    [
      "config.py",
      '{"name": "password", "value": qbit_password}',
      '{"name": "password", "value": "qbit"}',
    ],
    ["a_config.py", "a library identified by 'harbour'", "CREATE USER ada IDENTIFIED BY 'harbour'"],
  ])("in %s, %#", (path, innocent, twin) => {
    expect(plainOf(path, innocent)).toBe(0);
    if (twin !== "") expect(plainOf(path, twin)).toBe(1);
  });
});

describe("numbers of people", () => {
  it.each([
    ["a.sln", 'Project("{9A19103F-16F7-4668-BE54-9A1E7A4F7556}") = "otter"', "BE54-9A1E7A4F7556"],
    ["a.json", "L 4463.7781 3166.6784 L 4463.1681 3167.0884 L", "4463 1681 3167 0884"],
    ["a.pm", "84AF 527D 5282 5281 5290 5293", ""],
    ["table", "A1C1\t5620 5622 8751\n", "card 5620 5622 8751"],
    ["a.pub", "ssh-rsa AAAAB3Nza+4539578763621486/x", "card 4539578763621486"],
  ])("in %s, %#", (path, innocent, twin) => {
    expect(sureOf(path, innocent)).toEqual([]);
    if (twin !== "") expect(scanText(twin, "content", { path }).findings).not.toEqual([]);
  });

  it("are no places: degrees and minutes", () => {
    const found = scanText("AB\t+4512-06131\tAtlantis\nAC\t+491532-0623114", "content").findings;
    expect(found).toEqual([]);
    expect(scanText("+49 30 901820", "content").findings).toHaveLength(1);
  });
});
