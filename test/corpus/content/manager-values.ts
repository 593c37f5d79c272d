// Values as password managers and frameworks generate them, and the forms of files that they are written into, each with the escapes of its form.
import { type Chance, chanceOf } from "./chance.ts";

/** All punctuation of ASCII, and the rows of it that well-known managers offer. */
const PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
const SIGNS = [PUNCTUATION, PUNCTUATION, PUNCTUATION, "!@#$%^&*", "!@.-_*", "!#%+:=?@", "@#$%&*()_+{}[]<>?|"];
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const UPPER = LOWER.toUpperCase();
const DIGITS = "0123456789";
/** The signs of `wp_generate_password` with its special and extra special characters; the blank among them is WordPress's own. */
const SALT_SIGNS = "!@#$%^&*()-_ []{}<>~`+=,.;:/?|";
/** `get_random_secret_key` of Django. */
const DJANGO_KEY = `${LOWER}${DIGITS}!@#$%^&*(-_=+)`;

/** A value with letters of both cases, digits and signs, as long as managers make them. */
export function managerValue(chance: Chance): string {
  const signs = chance.pick(SIGNS);
  const alphabet = LOWER + UPPER + DIGITS + signs;
  for (;;) {
    const value = chance.text(alphabet, chance.pick([14, 16, 18, 20, 20, 24, 24, 28, 32]));
    if (/[a-z]/.test(value) && /[A-Z]/.test(value) && /\d/.test(value) && /[^A-Za-z0-9]/.test(value))
      return value;
  }
}

/** One way to write a value into a file. `write` says how the value stands there; undefined where the form cannot hold it. */
export type ManagerForm = {
  readonly name: string;
  readonly path: string;
  /** The names that the value is given, or none where the form has no place for one. */
  readonly names: readonly string[];
  readonly value?: (chance: Chance) => string;
  readonly write: (value: string, chance: Chance) => string | undefined;
  /** The file with the value in it as it is written. */
  readonly file: (name: string, written: string) => string;
};

/** One file with one value in it, and where the value stands as it is written. */
export type ManagerFile = { readonly path: string; readonly text: string; readonly start: number; readonly end: number };

const VARIABLES = ["DB_PASSWORD", "SMTP_PASSWORD", "ADMIN_PASSWORD", "REDIS_PASSWORD", "PASSWORD", "APP_SECRET", "JWT_SECRET", "SECRET_KEY", "API_SECRET", "MYSQL_ROOT_PASSWORD", "POSTGRES_PASSWORD", "ENCRYPTION_KEY"];
const FIELDS = ["password", "db_password", "smtpPassword", "admin-password", "secret", "clientSecret", "jwt_secret", "api_secret", "passphrase", "rootPassword"];

const single = (value: string): string | undefined => (value.includes("'") ? undefined : `'${value}'`);
const doubled = (value: string): string => `'${value.replaceAll("'", "''")}'`;
const jsonText = (value: string): string => JSON.stringify(value);
const phpSingle = (value: string): string => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
const phpDouble = (value: string): string => `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("$", "\\$")}"`;
const pythonText = (value: string): string =>
  value.includes("'") && !value.includes('"') ? `"${value.replaceAll("\\", "\\\\")}"` : `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
/** Whether YAML (1.2.2, 7.3.3) takes a text without quotes for one. */
const isPlainYaml = (value: string): boolean =>
  !/^[-?:,[\]{}#&*!|>'"%@`]/.test(value) && !/: | #|:$|\s/.test(value) && !/^[\d.eE+-]+$/.test(value);

/** One that the form can hold, of several ways. */
function oneOf(chance: Chance, ways: readonly (string | undefined)[]): string | undefined {
  const possible = ways.filter((way) => way !== undefined);
  return possible.length === 0 ? undefined : chance.pick(possible);
}

const yamlText = (value: string, chance: Chance): string | undefined =>
  oneOf(chance, [isPlainYaml(value) ? value : undefined, doubled(value), jsonText(value)]);
const escapedProperty = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll(/[:=#!]/g, (sign) => `\\${sign}`);
const base64 = (value: string): string => Buffer.from(value).toString("base64");

export const MANAGER_FORMS: readonly ManagerForm[] = [
  {
    name: ".env, without quotes", path: ".env", names: VARIABLES,
    write: (value) => (/^["'`]|^#| #/.test(value) ? undefined : value),
    file: (name, written) => `APP_ENV=production\nAPP_DEBUG=false\n${name}=${written}\nMAIL_PORT=587\n`,
  },
  {
    name: ".env, in quotes", path: ".env.production", names: VARIABLES,
    write: (value, chance) =>
      oneOf(chance, [single(value), `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("$", "\\$")}"`]),
    file: (name, written) => `# the service\nAPP_NAME="Shop 24"\nexport ${name}=${written}\nMAIL_HOST=mail.internal\n`,
  },
  {
    name: "YAML", path: "config/application.yml", names: FIELDS, write: yamlText,
    file: (name, written) => `service:\n  host: db.internal\n  user: shop\n  ${name}: ${written}\n  port: 5432\n`,
  },
  {
    name: "YAML, a list of variables", path: "deploy/values.yaml", names: VARIABLES, write: yamlText,
    file: (name, written) =>
      `env:\n  - name: LOG_LEVEL\n    value: info\n  - name: ${name}\n    value: ${written}\n  - name: PORT\n    value: "80"\n`,
  },
  {
    name: "YAML, a block", path: "config/shop.yaml", names: FIELDS, write: (value: string) => value,
    file: (name, written) => `service:\n  user: shop\n  ${name}: |-\n    ${written}\n  port: 5432\n`,
  },
  {
    name: "JSON", path: "config/production.json", names: FIELDS, write: jsonText,
    file: (name, written) => `{\n  "host": "db.internal",\n  "${name}": ${written},\n  "port": 5432\n}\n`,
  },
  {
    name: "JSON, on one line", path: "settings.json", names: FIELDS, write: jsonText,
    file: (name, written) => `{"host":"db.internal","${name}":${written},"port":5432}\n`,
  },
  {
    name: "TOML", path: "config.toml", names: FIELDS,
    write: (value, chance) => oneOf(chance, [jsonText(value), single(value)]),
    file: (name, written) => `[database]\nhost = "db.internal"\n${name} = ${written}\nport = 5432\n`,
  },
  {
    name: "properties", path: "src/main/resources/application.properties",
    names: ["spring.datasource.password", "spring.mail.password", "server.ssl.key-store-password", "app.jwt.secret", "keycloak.credentials.secret", "db.password"],
    write: (value, chance) =>
      oneOf(chance, [/^[\\#!=:]|\\/.test(value) ? undefined : value, escapedProperty(value)]),
    file: (name, written) => `spring.datasource.username=shop\n${name}=${written}\nserver.port=8080\n`,
  },
  {
    name: "INI", path: "etc/shop.ini", names: FIELDS,
    write: (value, chance) => oneOf(chance, [/^["';#]| ;/.test(value) ? undefined : value, value.includes('"') ? undefined : `"${value}"`]),
    file: (name, written) => `[database]\nuser = shop\n${name} = ${written}\nport = 3306\n`,
  },
  {
    name: "PHP, an array", path: "config/database.php", names: FIELDS,
    write: (value, chance) => oneOf(chance, [phpSingle(value), phpDouble(value)]),
    file: (name, written) => `<?php\nreturn [\n    'host' => 'db.internal',\n    '${name}' => ${written},\n    'port' => 3306,\n];\n`,
  },
  {
    name: "WordPress, the database", path: "wp-config.php", names: ["DB_PASSWORD", "FTP_PASS", "SMTP_PASSWORD"],
    write: (value, chance) => oneOf(chance, [phpSingle(value), phpSingle(value), phpDouble(value)]),
    file: (name, written) => `<?php\ndefine( 'DB_USER', 'shop' );\n\n/** Database password */\ndefine( '${name}', ${written} );\ndefine( 'DB_HOST', 'localhost' );\n`,
  },
  {
    name: "WordPress, keys and salts", path: "wp-config.php",
    names: ["AUTH_KEY", "SECURE_AUTH_KEY", "LOGGED_IN_KEY", "NONCE_KEY", "AUTH_SALT", "SECURE_AUTH_SALT", "LOGGED_IN_SALT", "NONCE_SALT"],
    value: (chance) => chance.text(LOWER + UPPER + DIGITS + SALT_SIGNS, 64),
    write: (value) => phpSingle(value),
    file: (name, written) => `<?php\ndefine('DB_CHARSET', 'utf8mb4');\ndefine('${name}', ${written});\n\n$table_prefix = 'wp_';\n`,
  },
  {
    name: "Django, the secret key", path: "shop/settings.py", names: ["SECRET_KEY"],
    value: (chance) => `${chance.pick(["", "django-insecure-"])}${chance.text(DJANGO_KEY, 50)}`,
    write: pythonText,
    file: (name, written) => `# SECURITY WARNING: keep the secret key used in production secret!\n${name} = ${written}\n\nDEBUG = True\n`,
  },
  {
    name: "Django, passwords", path: "shop/settings.py", names: ["EMAIL_HOST_PASSWORD", "'PASSWORD'", "\"PASSWORD\"", "AWS_SECRET"],
    write: pythonText,
    file: (name, written) =>
      /^["']/.test(name)
        ? `DATABASES = {\n    'default': {\n        'USER': 'shop',\n        ${name}: ${written},\n        'PORT': '',\n    }\n}\n`
        : `EMAIL_HOST_USER = 'shop'\n${name} = ${written}\nEMAIL_PORT = 587\n`,
  },
  {
    name: "Rails, master.key", path: "config/master.key", names: [""],
    value: (chance) => chance.text("0123456789abcdef", 32),
    write: (value) => value,
    file: (_, written) => written,
  },
  {
    name: "Rails, a key of credentials", path: "config/credentials/production.key", names: [""],
    value: (chance) => chance.text("0123456789abcdef", 32),
    write: (value) => value,
    file: (_, written) => `${written}\n`,
  },
  {
    name: "Rails, secrets and database", path: "config/database.yml", names: ["password", "secret_key_base", "access_key_secret"], write: yamlText,
    file: (name, written) => `production:\n  adapter: postgresql\n  username: shop\n  ${name}: ${written}\n  host: <%= ENV["DB_HOST"] %>\n`,
  },
  {
    name: ".pgpass", path: ".pgpass", names: [""],
    write: (value) => value.replaceAll("\\", "\\\\").replaceAll(":", "\\:"),
    file: (_, written) => `# hostname:port:database:username:password\ndb.internal:5432:shop:shop:${written}\n`,
  },
  {
    name: ".pgpass, with stars", path: "home/.pgpass", names: ["*:*:*:postgres", "localhost:5432:*:app", "10.0.0.7:*:shop:shop"],
    write: (value) => value.replaceAll("\\", "\\\\").replaceAll(":", "\\:"),
    file: (name, written) => `${name}:${written}\n`,
  },
  {
    name: "htpasswd", path: ".htpasswd", names: ["admin", "ada", "deploy"],
    value: (chance) => {
      const b64 = `./${DIGITS}${UPPER}${LOWER}`;
      return chance.pick([
        `$apr1$${chance.text(b64, 8)}$${chance.text(b64, 22)}`,
        `$2y$${chance.pick(["05", "10", "12"])}$${chance.text(b64, 53)}`,
        `{SHA}${Buffer.from(chance.text(b64, 20)).toString("base64")}`,
        `{SSHA}${Buffer.from(chance.text(b64, 28)).toString("base64")}`,
        `$6$${chance.text(b64, 16)}$${chance.text(b64, 86)}`,
        `$5$${chance.text(b64, 16)}$${chance.text(b64, 43)}`,
        `{PLAIN}${managerValue(chance)}`,
        chance.text(b64, 13),
        managerValue(chance).replaceAll(":", "_"),
      ]);
    },
    write: (value) => value,
    file: (name, written) => `${name}:${written}\n`,
  },
  {
    name: "text, assignments", path: "notes/access.txt",
    names: ["password", "Password", "db password", "PASSWORD", "admin password", "pass", "root password", "wifi passphrase", "api secret", "client_secret"],
    write: (value) => value,
    file: (name, written) => `Server: db.internal\nUser: shop\n${name} = ${written}\nPort: 5432\n`,
  },
  {
    name: "text, with a colon", path: "passwords.txt",
    names: ["password", "Password", "DB password", "Passwort", "Pass", "Admin Password", "secret", "Passphrase"],
    write: (value) => value,
    file: (name, written) => `Server: db.internal\nUser: shop\n${name}: ${written}\nPort: 5432\n`,
  },
  {
    name: "docker-compose, a map", path: "docker-compose.yml", names: VARIABLES,
    write: (value, chance) => yamlText(value.replaceAll("$", "$$$$"), chance),
    file: (name, written) => `services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_USER: shop\n      ${name}: ${written}\n    ports: ["5432:5432"]\n`,
  },
  {
    name: "docker-compose, a list", path: "compose.yaml", names: VARIABLES,
    write: (value) => {
      const dollars = value.replaceAll("$", "$$$$");
      return /: | #|:$/.test(dollars) ? undefined : dollars;
    },
    file: (name, written) =>
      `services:\n  db:\n    image: mysql:8\n    environment:\n      - MYSQL_USER=shop\n      - ${name}=${written}\n      - TZ=UTC\n`,
  },
  {
    name: "docker-compose, a list in quotes", path: "docker-compose.prod.yml", names: VARIABLES,
    write: (value) => (value.includes("'") ? undefined : value.replaceAll("$", "$$$$")),
    file: (name, written) =>
      `services:\n  db:\n    environment:\n      - 'MYSQL_USER=shop'\n      - '${name}=${written}'\n      - 'TZ=UTC'\n`,
  },
  {
    name: "Kubernetes Secret, data", path: "k8s/secret.yaml", names: ["password", "db-password", "admin", "postgres", "JWT_SECRET", "smtp.pass", "credentials"],
    write: (value) => base64(value),
    file: (name, written) => `apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop\ntype: Opaque\ndata:\n  username: c2hvcA==\n  ${name}: ${written}\n`,
  },
  {
    name: "Kubernetes Secret, data before kind", path: "k8s/all.yaml", names: ["password", "rabbit", "API_KEY", "value"],
    write: (value) => base64(value),
    file: (name, written) => `---\napiVersion: v1\ndata:\n  ${name}: "${written}"\nkind: Secret\nmetadata:\n  name: shop\n---\nkind: Service\n`,
  },
  {
    name: "Kubernetes Secret, stringData", path: "k8s/secret.yml", names: ["password", "postgres", "DB_PASS", "auth", "session", "admin"], write: yamlText,
    file: (name, written) => `apiVersion: v1\nkind: Secret\nmetadata:\n  name: shop\nstringData:\n  username: shop\n  ${name}: ${written}\n`,
  },
  {
    name: "Kubernetes Secret, JSON", path: "k8s/secret.json", names: ["password", "postgres", "token"],
    write: (value) => jsonText(base64(value)),
    file: (name, written) => `{\n  "apiVersion": "v1",\n  "kind": "Secret",\n  "data": {\n    "${name}": ${written}\n  }\n}\n`,
  },
  {
    name: "shell", path: "deploy.sh", names: VARIABLES,
    write: (value, chance) => oneOf(chance, [single(value), `"${value.replaceAll(/["\\$`]/g, (sign) => `\\${sign}`)}"`]),
    file: (name, written) => `#!/bin/sh\nset -e\nexport ${name}=${written}\n./run --now\n`,
  },
];

/** `count` files of a form; the same `seed` gives the same ones for ever. */
export function managerFiles(form: ManagerForm, count: number, seed: string): readonly ManagerFile[] {
  const files: ManagerFile[] = [];
  for (let at = 0; files.length < count && at < count * 4; at += 1) {
    const chance = chanceOf(`${seed} ${form.name} ${at}`);
    const value = (form.value ?? managerValue)(chance);
    const written = form.write(value, chance);
    if (written === undefined) continue;
    const text = form.file(chance.pick(form.names), written);
    const from = text.lastIndexOf(written);
    // The quotes around a value are no part of what has to be found.
    const quote = written !== value && /^["']/.test(written) ? 1 : 0;
    const end = from + written.length - quote;
    files.push({ path: form.path, text, start: from + quote, end });
  }
  return files;
}
