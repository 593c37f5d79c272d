// Identifiers of people with their check digits, written from the issuing authorities' published rules: valid ones for the corpus.
import { ALPHABETS, type Chance } from "./chance.ts";

const DIGITS = "0123456789";
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const digits = (text: string): number[] => [...text].map(Number);
const weighted = (text: string, weights: readonly number[]): number =>
  sum(digits(text).map((digit, at) => digit * (weights[at] ?? 0)));

/** Draws until `make` gives a text; some rules have no check digit for some numbers. */
function until(make: () => string | undefined): string {
  for (;;) {
    const text = make();
    if (text !== undefined) return text;
  }
}

/** The digit that makes a number pass Luhn's test (ISO/IEC 7812-1). */
export function luhnDigit(text: string): number {
  const total = sum(
    digits(text)
      .reverse()
      .map((digit, at) => (at % 2 === 0 ? (digit * 2 > 9 ? digit * 2 - 9 : digit * 2) : digit)),
  );
  return (10 - (total % 10)) % 10;
}

export function withLuhn(chance: Chance, prefix: string, length: number): string {
  const body = prefix + chance.text(DIGITS, length - prefix.length - 1);
  return `${body}${luhnDigit(body)}`;
}

/** Remainder of a number of any length, digits and letters as ISO 13616 reads them. */
function mod97(text: string): number {
  const written = [...text].map((sign) => String(Number.parseInt(sign, 36))).join("");
  return [...written].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0);
}

/** ISO 13616: two check digits, then the country's account number; `form` as in the registry (n digits, a letters). */
export function iban(chance: Chance, country: string, form: string): string {
  const account = [...form]
    .map((sign) => chance.text(sign === "a" ? (ALPHABETS["AZ"] ?? "") : DIGITS, 1))
    .join("");
  const check = 98 - mod97(`${account}${country}00`);
  return `${country}${String(check).padStart(2, "0")}${account}`;
}

/** NPI: Luhn over 80840 and the ten digits (45 CFR 162.406). */
export function npi(chance: Chance): string {
  const body = `${chance.pick(["1", "2"])}${chance.text(DIGITS, 8)}`;
  return `${body}${luhnDigit(`80840${body}`)}`;
}

/** DEA number: type, initial, six digits, check digit. */
export function dea(chance: Chance): string {
  const body = chance.text(DIGITS, 6);
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = digits(body);
  return `${chance.pick(["A", "B", "F", "M"])}${chance.text(ALPHABETS["AZ"] ?? "", 1)}${body}${(a + c + e + 2 * (b + d + f)) % 10}`;
}

/** Medicare beneficiary identifier: eleven signs by position, without S, L, O, I, B, Z (CMS). */
export function mbi(chance: Chance): string {
  const letters = "ACDEFGHJKMNPQRTUVWXY";
  const any = letters + DIGITS;
  return [..."CAXNAXNAANN"]
    .map((kind) =>
      chance.text(kind === "C" ? "123456789" : kind === "A" ? letters : kind === "N" ? DIGITS : any, 1),
    )
    .join("");
}

/** NHS number: modulus 11 with weights 10 to 2. */
export function nhs(chance: Chance): string {
  return until(() => {
    const body = chance.text("46789", 1) + chance.text(DIGITS, 8);
    const check = (11 - (weighted(body, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
    return check === 10 ? undefined : `${body}${check}`;
  });
}

export function nino(chance: Chance): string {
  const first = chance.text("ABCEGHJKLMNOPRSTWXYZ", 1);
  const second = chance.text("ABCEGHJKLMNPRSTWXYZ", 1);
  if (["BG", "GB", "NK", "KN", "TN", "NT", "ZZ"].includes(first + second)) return nino(chance);
  return `${first}${second}${chance.text(DIGITS, 6)}${chance.text("ABCD", 1)}`;
}

/** Steuerliche Identifikationsnummer: one digit of the first ten stands twice, ISO 7064 MOD 11,10. */
export function steuerId(chance: Chance): string {
  return until(() => {
    const pool = [...DIGITS];
    const order: string[] = [];
    while (order.length < 9) order.push(pool.splice(chance.between(0, pool.length - 1), 1)[0] ?? "");
    order.splice(chance.between(0, 9), 0, order[chance.between(0, 8)] ?? "");
    if (order[0] === "0") return undefined;
    let product = 10;
    for (const digit of order) {
      const rest = (Number(digit) + product) % 10;
      product = ((rest === 0 ? 10 : rest) * 2) % 11;
    }
    return `${order.join("")}${(11 - product) % 10}`;
  });
}

/** NIR: 97 minus the rest of the first thirteen digits. */
export function nir(chance: Chance): string {
  const body = `${chance.pick(["1", "2"])}${two(chance, 40, 99)}${two(chance, 1, 12)}${two(chance, 1, 95)}${chance.text("123456789", 3)}${chance.text("123456789", 3)}`;
  return `${body}${String(97 - Number(BigInt(body) % 97n)).padStart(2, "0")}`;
}

const DNI = "TRWAGMYFPDXBNJZSQVHLCKE";
export function dni(chance: Chance): string {
  const body = chance.text(DIGITS, 8);
  return `${body}${DNI[Number(body) % 23]}`;
}
export function nie(chance: Chance): string {
  const first = chance.between(0, 2);
  const body = chance.text(DIGITS, 7);
  return `${"XYZ"[first]}${body}${DNI[Number(`${first}${body}`) % 23]}`;
}

/** Codice fiscale: odd places by the table of the decree of 23 December 1976, even ones by their value. */
export function codiceFiscale(chance: Chance): string {
  const odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
  const body = `${chance.text("BCDFGLMNPRSTVZ", 6)}${two(chance, 40, 99)}${chance.text("ABCDEHLMPRST", 1)}${two(chance, 1, 28)}${chance.text("ABCDEFGHIL", 1)}${chance.text(DIGITS, 3)}`;
  const value = (sign: string): number => (/\d/.test(sign) ? Number(sign) : sign.charCodeAt(0) - 65);
  const total = sum([...body].map((sign, at) => (at % 2 === 0 ? (odd[value(sign)] ?? 0) : value(sign))));
  return `${body}${String.fromCharCode(65 + (total % 26))}`;
}

/** BSN: the eleven test, the last digit with weight -1. */
export function bsn(chance: Chance): string {
  return until(() => {
    const body = `${chance.text("12345678", 1)}${chance.text(DIGITS, 7)}`;
    const check = weighted(body, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    return check === 10 ? undefined : `${body}${check}`;
  });
}

export function pesel(chance: Chance): string {
  const body = `${two(chance, 40, 99)}${two(chance, 1, 12)}${two(chance, 1, 28)}${chance.text(DIGITS, 4)}`;
  return `${body}${(10 - (weighted(body, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10}`;
}

export function belgianNumber(chance: Chance): string {
  const body = `${two(chance, 40, 99)}${two(chance, 1, 12)}${two(chance, 1, 28)}${String(chance.between(1, 997)).padStart(3, "0")}`;
  const check = String(97 - (Number(body) % 97)).padStart(2, "0");
  return `${body.slice(0, 2)}.${body.slice(2, 4)}.${body.slice(4, 6)}-${body.slice(6)}.${check}`;
}

export function personnummer(chance: Chance): string {
  const body = `${two(chance, 40, 99)}${two(chance, 1, 12)}${two(chance, 1, 28)}${chance.text(DIGITS, 3)}`;
  return `${chance.pick(["", "19"])}${body.slice(0, 6)}-${body.slice(6)}${luhnDigit(body)}`;
}

/** CPR numbers have had no check digit since 2007; the older rule holds for these. */
export function cpr(chance: Chance): string {
  return until(() => {
    const body = `${two(chance, 1, 28)}${two(chance, 1, 12)}${two(chance, 40, 99)}${chance.text("0123", 1)}${chance.text(DIGITS, 2)}`;
    const check = (11 - (weighted(body, [4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
    return check === 10 ? undefined : `${body.slice(0, 6)}-${body.slice(6)}${check}`;
  });
}

export function hetu(chance: Chance): string {
  const date = `${two(chance, 1, 28)}${two(chance, 1, 12)}${two(chance, 40, 99)}`;
  const serial = String(chance.between(2, 899)).padStart(3, "0");
  return `${date}-${serial}${"0123456789ABCDEFHJKLMNPRSTUVWXY"[Number(date + serial) % 31]}`;
}

export function fodselsnummer(chance: Chance): string {
  return until(() => {
    const body = `${two(chance, 1, 28)}${two(chance, 1, 12)}${two(chance, 40, 99)}${chance.text("1234", 1)}${chance.text(DIGITS, 2)}`;
    const first = (11 - (weighted(body, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11)) % 11;
    const second = (11 - (weighted(`${body}${first}`, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
    return first === 10 || second === 10 ? undefined : `${body}${first}${second}`;
  });
}

export function cpf(chance: Chance): string {
  const body = chance.text(DIGITS, 9);
  const check = (text: string): number => {
    const rest = weighted(text, digits(text).map((_, at) => text.length + 1 - at)) % 11;
    return rest < 2 ? 0 : 11 - rest;
  };
  const all = `${body}${check(body)}${check(`${body}${check(body)}`)}`;
  return all.replace(/^(\d{3})(\d{3})(\d{3})/, "$1.$2.$3-");
}

export function cnpj(chance: Chance): string {
  const body = `${chance.text(DIGITS, 8)}0001`;
  const check = (text: string, weights: readonly number[]): number => {
    const rest = weighted(text, weights) % 11;
    return rest < 2 ? 0 : 11 - rest;
  };
  const weights = [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];
  const first = check(body, weights);
  const all = `${body}${first}${check(`${body}${first}`, [6, ...weights])}`;
  return all.replace(/^(\d{2})(\d{3})(\d{3})(\d{4})/, "$1.$2.$3/$4-");
}

const VERHOEFF_D = ["0123456789", "1234067895", "2340178956", "3401289567", "4012395678", "5987604321", "6598710432", "7659821043", "8765932104", "9876543210"];
const VERHOEFF_P = ["0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258"];
/** Aadhaar: twelve digits, the last by Verhoeff. */
export function aadhaar(chance: Chance): string {
  const body = `${chance.text("23456789", 1)}${chance.text(DIGITS, 10)}`;
  let state = 0;
  for (const [at, digit] of digits(body).reverse().entries()) {
    state = Number(VERHOEFF_D[state]?.[Number(VERHOEFF_P[(at + 1) % 8]?.[digit])]);
  }
  const check = VERHOEFF_D[state]?.indexOf("0") ?? 0;
  return `${body}${check}`.replace(/(\d{4})(?=\d)/g, "$1 ");
}

export function pan(chance: Chance): string {
  return `${chance.text(ALPHABETS["AZ"] ?? "", 3)}P${chance.text(ALPHABETS["AZ"] ?? "", 1)}${chance.text(DIGITS, 4)}${chance.text(ALPHABETS["AZ"] ?? "", 1)}`;
}

export function sin(chance: Chance): string {
  const text = withLuhn(chance, chance.text("1234567", 1), 9);
  return text.replace(/^(\d{3})(\d{3})/, chance.pick(["$1-$2-", "$1 $2 "]));
}

export function tfn(chance: Chance): string {
  return until(() => {
    const text = chance.text("123456789", 1) + chance.text(DIGITS, 8);
    const isValid = weighted(text, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0;
    return isValid ? text.replace(/^(\d{3})(\d{3})/, "$1 $2 ") : undefined;
  });
}

export function medicare(chance: Chance): string {
  const body = chance.text("23456", 1) + chance.text(DIGITS, 7);
  const check = weighted(body, [1, 3, 7, 9, 1, 3, 7, 9]) % 10;
  return `${body.slice(0, 4)} ${body.slice(4)}${check} ${chance.between(1, 9)}`;
}

export function two(chance: Chance, least: number, most: number): string {
  return String(chance.between(least, most)).padStart(2, "0");
}
