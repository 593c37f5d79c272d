// What a secret weighs in a file at rest: plain passwords of settings count, what tests and texts make up does not.
import { describe, expect, it } from "vitest";
import { createCollector } from "#assure/scan/collector.ts";
import type { Tier } from "#guard/content/detection/finding.ts";
import { lookAt } from "#surface/services/scan/content-look.ts";

/** Joined here, so that no scanner of a host takes them for real. */
const token = ["glpat", "x3Yb8QmR2tLw9ZcV5nHk"].join("-");
const generated = ["q7Vt2mXw9K", "pL4sZdR8nB"].join("");
const hash = `$2b$12$${"n7Qx2LmVb9RtKpWs4ZcYhu"}${"J3fGdA8eTzXoLq5Vy1NcBm6RwKs9PiE"}`;
const hex = ["3f9a0c44e1b2d85", "7690fae31c2b48d07"].join("");

const wireKey = ["t7Lq3vXm9Kp2", "Zr8Wd4Yb5Nc1Hg6Jf0Ps", "RtUaEoIkB3M="].join("");
const mapKey = ["AIza", "SyB3x9Qm7Lt2Rv5Wp8Kd4Zn6Hc1Jf0YgTsE"].join("");

function tiersOf(
  path: string,
  text: string,
  family: "secret" | "personal" = "secret",
): readonly Tier[] {
  const collector = createCollector({
    scope: path,
    today: "2026-01-01",
    digest: () => "",
    honoursAnnotations: false,
    leastTier: "low",
    families: [family],
  });
  const look = lookAt(collector, { file: path, path });
  look.push(Buffer.from(text));
  look.end();
  return collector.report().findings.map(({ tier }) => tier);
}

describe("a plain password", () => {
  it.each([
    ["docker-compose.yml", "      POSTGRES_PASSWORD: postgres\n"],
    ["docker-compose.yml", "      - ADMIN_PASSWORD=admin\n"],
    ["stack.yaml", "      DB_PASSWORD: ${DB_PASSWORD:-otter}\n"],
    [".github/workflows/ci.yml", "          POSTGRES_PASSWORD: lantern\n"],
    ["config.ini", "admin_password = admin\n"],
    ["application.properties", "spring.datasource.password=root\n"],
    [".env", "DATABASE_URL=postgres://postgres:postgres@localhost:5432/app\n"],
    ["scripts/fill.sh", `curl -d '{"user": "ada", "password": "GoodHarbour1"}' localhost\n`],
    ["examples/compose.yml", "      POSTGRES_PASSWORD: postgres\n"],
    ["rendered.yaml", '  QUEUE_URL: "amqp://heron:heron@queue:5672/jobs"\n'],
    ["compose.yml", "      JWT_SECRET: ${JWT_SECRET:-lantern_change_me}\n"],
    ["Vagrantfile.lab", '  "password" => "harbour",\n'],
    ["lib/start.py", 'client.run("db", environment=["POSTGRES_PASSWORD=harbourpass"])\n'],
    ["config/load.go", 'viper.SetDefault("PASSWORD", "lantern")\n'],
    [
      "src/main/java/com/example/Start.java",
      'hash(encoder.encode("x"), passwordEncoder.encode("harbour"));\n',
    ],
    ["db/seeds/users.rb", "User.create(name: 'ada', password: 'password')\n"],
  ])("counts in %s", (path, text) => {
    expect(tiersOf(path, text)).toEqual(["medium"]);
  });

  it.each([
    ["tests/docker-compose.yml", "      POSTGRES_PASSWORD: postgres\n"],
    ["docs/setup/compose.yml", "      POSTGRES_PASSWORD: postgres\n"],
    ["database/factories/UserFactory.php", "'password' => Hash::make('password'),\n"],
    [".github/workflows/ci.yml", "      POSTGRES_PASSWORD: testpassword123\n"],
    ["compose.yml", "      SECRET_KEY: lighthouse-key-not-for-production\n"],
    ["first.sh", 'echo "DATABASE_URL=postgresql://user:password@localhost:5432/harbour"\n'],
    ["load.sh", "mysql -u root -p$MYSQL_ROOT_PASSWORD harbour < /dump.sql\n"],
    [
      "Shop.postman_collection.json",
      '"raw": "{\\"email\\": \\"ada@mail.org\\", \\"password\\": \\"GoodHarbour@12\\"}"\n',
    ],
    ["src/api/user.js", '//   "password": "GoodHarbour12Ab"\n'],
    ["src/Form.tsx", '<input placeholder="postgres://heron:Lantern77@dbhost/app" />\n'],
    ["dump.sql", "  UNIQUE KEY `UK_q7vt2mxw9kpl4szdr8nbq2` (`name`),\n"],
    ["notes.ipynb", '"Password:········\\n"\n'],
    ["pytest.ini", "dsn = postgresql://postgres:postgres@localhost/app\n"],
    ["src/login.ts", "const form = { password: 'harbour' };\n"],
  ])("does not in %s", (path, text) => {
    expect(tiersOf(path, text).filter((tier) => tier !== "low")).toEqual([]);
  });
});

describe("a plain password in code", () => {
  it.each([
    ["src/Store.java", 'String password = "root";\n', ["medium"]],
    ["lib/connect.py", 'connect(user="ada", password="ada1")\n', ["medium"]],
    ["src/form.ts", "const errors = { password: 'missing' };\n", []],
    ["src/Fields.java", 'String PASSWORD = "password";\n', []],
    ["tests/test_store.py", 'connect(password="root")\n', []],
  ] as const)("in %s", (path, text, tiers) => {
    expect(tiersOf(path, text).filter((tier) => tier !== "low")).toEqual(tiers);
  });
});

describe("a value that looks chosen or generated", () => {
  it.each([
    ["config/app.yml", `db_password: Ha7bour!Lane\n`, "medium"],
    ["config/app.yml", `client_secret: ${generated}\n`, "high"],
    ["lib/main.dart", `// apikey = ${hex}\n`, "medium"],
    ["tests/test_login.py", `login(email="a@b.test", password="Ha7bour!Lane")\n`, "low"],
    ["test/fixtures/mail.yml", `token: ${generated}${generated}\n`, "low"],
    ["src/test/java/LoginTest.java", `String secret = "${generated}";\n`, "low"],
    ["README.md", `    SECRET='${generated}'\n`, "low"],
    ["README.md", `  -d '{"user": "ada", "password": "Ha7bour!"}'\n`, "medium"],
    ["README.md", `  {"user": "ada", "secret": "Ha7bour!Lane"}\n`, "low"],
    ["app.properties", "shop.api.key=9F2B4C70151FE2C8\n", "medium"],
    ["app.properties", "shop.cache.key=9F2B4C70151FE2C8\n", "low"],
    ["Controllers/Users.cs", `///   "password": "Ha7bour!Lane",\n`, "low"],
    ["bin/Debug/Shop.xml", `            "password": "Ha7bour!Lane",\n`, "low"],
    ["grafana.ini", `;secret_key = ${generated}\n`, "low"],
    [".env.example", "SHOP_PASSWORD=toBeModified1x\n", "low"],
    [".env.example", "SHOP_PASSWORD=testpassword123\n", "low"],
    [".env.example", `APP_KEY=base64:${generated}${generated}=\n`, "medium"],
    ["deploy.sh", "#  ssh ada@host  # password: Ha7bour!Lane\n", "medium"],
    ["src/app.rs", `set("SHOP_SECRET", "shop_test1234");\n`, "low"],
    ["bundle.js", `${"f();".repeat(200)}a={secret:"${generated}"}\n`, "low"],
  ] as const)("in %s", (path, text, tier) => {
    expect(tiersOf(path, text)).toEqual([tier]);
  });
});

describe("a known form", () => {
  it.each([
    ["src/app.py", `TOKEN = "${token}"\n`, "high"],
    ["tests/test_app.py", `TOKEN = "${token}"\n`, "medium"],
    ["README.md", `export GITLAB_TOKEN=${token}\n`, "high"],
    ["db/data.sql", `('ada', '${hash}', 'ACTIVE'),\n`, "medium"],
    ["db/seeds/users.rb", `password_digest: '${hash}'\n`, "medium"],
    ["src/compare.ts", `const never = '${hash}';\n`, "low"],
    ["tests/data.sql", `('ada', '${hash}', 'ACTIVE'),\n`, "low"],
    ["node_modules/otter/README.md", `export GITLAB_TOKEN=${token}\n`, "medium"],
    ["src/app.js", "// see https://ada:Ha7bour-Lane@git.harbour.test/x\n", "low"],
    ["conf/users", `ada:${hash}\n`, "medium"],
    ["src/app.py", 'URL = "https://ada:Ha7bour-Lane@git.harbour.test/x"\n', "high"],
    ["README.md", "https://ada:Ha7bour-Lane@git.harbour.test/x\n", "medium"],
    ["tests/conftest.py", 'URL = "postgres://ada:Ha7bour-Lane@db.harbour.test/x"\n', "medium"],
    [".env", 'REDIS_URL="redis://cache:Ha7bour-Lane@redis:6379/0"\n', "medium"],
    ["demo-data/url.py", 'URL = "https://ada:Ha7bour-Lane@git.harbour.test/x"\n', "medium"],
    ["src/test/UrlTest.java", '"https://ada:Ha7bour-Lane@git.harbour.test/x"\n', "low"],
  ] as const)("in %s, %#", (path, text, tier) => {
    expect(tiersOf(path, text)).toEqual([tier]);
  });
});

/** A signed token that counts for so many seconds. */
function sessionToken(seconds: number): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const head = part({ alg: "HS256", typ: "JWT" });
  return [head, part({ iat: 1_700_000_000, exp: 1_700_000_000 + seconds }), generated].join(".");
}

describe("what is dead, shown to everybody, or of others", () => {
  it.each([
    ["src/app.js", `const t = "${sessionToken(900)}";\n`, "low"],
    ["src/app.js", `const t = "${sessionToken(90_000_000)}";\n`, "high"],
    ["README.md", `curl -H 'Authorization: Bearer ${sessionToken(90_000_000)}'\n`, "medium"],
    ["vars/all.yml", `  - key: ${wireKey}\n`, "low"],
    ["vars/all.yml", `  - secret_key: ${wireKey}\n`, "high"],
    ["src/wallet.rs", `let private_key = "${hex}";\n`, "medium"],
    ["src/wallet.rs", `#[cfg(test)]\nmod tests {\nlet private_key = "${hex}";\n`, "low"],
    ["src/wallet.rs", `#[tokio::test]\nasync fn opens() {\nlet private_key = "${hex}";\n`, "low"],
    ["src/config.py", `client_secret = "${generated}"\n`, "high"],
    ["src/client.py", `client_secret = "${generated}"\n`, "medium"],
    ["README.md", '    "password": "Ha7bour!Lane",\n', "low"],
    [
      "src/app.py",
      `def log_in():\n    """Logs in.\n    login(password="Ha7bour!Lane")\n    """\n`,
      "low",
    ],
    [
      "src/app.py",
      `def log_in():\n    """Logs in."""\n    login(password="Ha7bour!Lane")\n`,
      "medium",
    ],
    ["src/app.py", `text = """\nlogin(password="Ha7bour!Lane")\n"""\n`, "medium"],
    [".github/workflows/test.yml", `          CLIENT_SECRET: ${generated}\n`, "medium"],
    ["README.md", `curl -d '{"user": "ada", "password": "Ha7bour!Lane"}' localhost\n`, "medium"],
    ["README.md", "Password: Ha7bour!Lane\n", "medium"],
    ["src/map.ts", `"https://www.google.com/maps/embed/v1/place?key=${mapKey}"\n`, "low"],
    ["src/map.ts", `const key = "${mapKey}"\n`, "medium"],
  ] as const)("in %s, %#", (path, text, tier) => {
    expect(tiersOf(path, text)).toEqual([tier]);
  });
});

describe("a number of a person", () => {
  it.each([
    ["data/people.sql", "cpf: 390.533.447-05\n", ["medium"]],
    ["tests/people.sql", "cpf: 390.533.447-05\n", ["low"]],
    ["src/cpf.ts", "// valid cpf: 390.533.447-05\n", ["low"]],
    ["src/cpf.ts", "const cpf = '390.533.447-05';\n", ["medium"]],
    ["src/cpf.ts", "const cpf = '111.444.777-35';\n", ["low"]],
    ["src/cnpj.ts", "const cnpj = '12.345.678/0001-95';\n", ["low"]],
  ] as const)("in %s, %#", (path, text, tiers) => {
    expect(tiersOf(path, text, "personal")).toEqual(tiers);
  });
});

describe("what only resembles a secret", () => {
  const digest = ["9a1f03c7be52d4", "6680eafc3127b9", "05d84c6e7f12"].join("");
  const demo = [{ alg: "HS256" }, { iss: "supabase-demo", role: "service_role" }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  it.each([
    ["notes/found.json", `      "key": "${digest}",\n`, `      "apiKey": "${digest}",\n`],
    [
      "config/limits.rb",
      '  # Key: "lamp::rate:#{Time.now.to_i/:span}:req/ip:#{req.ip}"\n',
      `  lamp_key: "${["vK3#xQ9!mZ2", "$wT7&bN5*hR8@yD4"].join("")}"\n`,
    ],
    [
      "lamp.jsonc",
      '  "LAMP_API_KEY": "{env:LAMP_API_KEY}"\n',
      `  "LAMP_API_KEY": "${generated}"\n`,
    ],
    [
      "mail.env",
      "MAIL_PASSWORD=projects/${param:NUMBER}/secrets/mail-password/versions/latest\n",
      `MAIL_PASSWORD=${generated}\n`,
    ],
    [
      "deploy/prod.yml",
      "  url: postgres://lamp:your_very_secure_db_password_here@db.lamp-works.org/lamp\n",
      `  url: postgres://lamp:${generated}@db.lamp-works.org/lamp\n`,
    ],
    [
      "src/page.ts",
      `const liveKey = "${["sk_live", "abc123def456ghi789jkl012mno345pqr678"].join("_")}";\n`,
      `const liveKey = "${["sk_live", "q7Vt2mXw9KpL4sZdR8nBc3Hj"].join("_")}";\n`,
    ],
    [
      ".yarn/releases/yarn-4.0.0.cjs",
      'e("must be like lamp://:key_4711@lamp.org/a")\n',
      `const t = "${token}";\n`,
    ],
    ["src/start.js", `const key = "${demo}.c2lnbmVk";\n`, `const key = "${generated}";\n`],
    [
      "api/openapi.json",
      `  "token": "${["G4q7zJ6l", "Q2wm6dXj6nQj", "zH8QqfUu"].join("")}"\n`,
      `  "token": "${token}"\n`,
    ],
    [
      "src/login.py",
      `  body(example={"token": "${["G4q7zJ6l", "Q2wm6dXj6nQj", "zH8QqfUu"].join("")}"})\n`,
      `  body(given={"token": "${["G4q7zJ6l", "Q2wm6dXj6nQj", "zH8QqfUu"].join("")}"})\n`,
    ],
    [
      ".github/workflows/try.yml",
      '  JWT_SECRET: "lamp-try-key-with-48-chars-minimum-for-signing-0001"\n',
      `  JWT_SECRET: "${generated}"\n`,
    ],
    [
      "roles/a/tasks/main.yml",
      "  'LAMP_PASSWORD': lamp_user_pw | default(other_pw)\n",
      "  LAMP_PASSWORD: lamp4711\n",
    ],
    [
      "SETUP.md",
      `SECRET_KEY=${generated.slice(0, 9)}_${generated.slice(9)}\n`,
      `SECRET_KEY=${generated}_${generated.slice(9)}-${generated.slice(0, 9)}\n`,
    ],
    ["client.http", '{ "password": "wrongpassword" }\n', '{ "password": "lanternlight" }\n'],
  ])("weighs less in %s: %j than %j", (path, resembles, secret) => {
    expect(tiersOf(path, resembles).filter((tier) => tier !== "low")).toEqual([]);
    expect(tiersOf(path, secret).filter((tier) => tier !== "low")).not.toEqual([]);
  });
});
