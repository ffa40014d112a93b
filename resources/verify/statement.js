// What a certificate's QR says, and whether the campaign signed it. The same rules as in
// kiosk/sync/attest*.py and kiosk/services/verify.py; decision 012 describes the bytes.
"use strict";

const Samvad = (() => {
  const PREFIX = "SC1";
  const LONGEST = 2000;
  const SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const MOST_LINKS = 8;
  const ENROLLED = "samvad kiosk: certificate of a device\0";
  const RENEWED = "samvad kiosk: certificate of a renewed device\0";
  const SIGNED = "samvad kiosk: certificate of a visitor\0";
  const INDIA_MS = 19800000;

  class Refused extends Error {
    constructor(status, reason) {
      super(reason);
      this.status = status;
      this.reason = reason;
    }
  }
  const altered = () => new Refused("altered", "signature");

  function check(text, keys) {
    try {
      const said = read(text, keys);
      return { ...judge(said, keys), said };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { status: error.status, reason: error.reason, said: null };
    }
  }

  function judge(said, keys) {
    const fate = fateOf(said, keys);
    if (fate) return { status: fate.status, reason: "", by: fate.by };
    if (said.lostAt === null || isKept(said, keys)) return { status: "valid", reason: "" };
    const lost = new Date(said.lostAt + INDIA_MS).toISOString().slice(0, 10);
    return { status: said.day <= lost ? "unknown" : "revoked", reason: "lost" };
  }

  function fateOf(said, keys) {
    const found = keys.ended.filter((one) => one.serial === said.serial);
    const own = found.filter((one) => one.device === said.device);
    const foreign = !said.serial.startsWith(`${said.code}-C-`);
    return own[0] || (foreign && found[0]) || null;
  }

  function isKept(said, keys) {
    const found = /^(.*-C-)([0-9]{4,9})$/.exec(said.serial);
    return Boolean(found) && (keys.kept[said.device] || []).some(
      ([head, first, last]) => head === found[1] && first <= +found[2] && +found[2] <= last,
    );
  }

  function read(text, keys) {
    const plain = text.toUpperCase().replace(/\s+/g, "");
    if (text.length > LONGEST || !plain.startsWith(PREFIX)) throw new Refused("unknown", "none");
    let signed;
    try {
      signed = unpack(fromSymbols(plain.slice(PREFIX.length).replace(/O/g, "0").replace(/[IL]/g, "1")));
    } catch (error) {
      throw altered();
    }
    const root = fromHex(keys.root);
    if (hex(signed.root) !== hex(sha256(root).slice(0, 4))) {
      throw new Refused("unknown", "other_campaign");
    }
    const chain = signed.links.length ? signed.links : known(signed.device, keys);
    const signer = certified(chain, root, keys.campaign);
    if (signer.device !== signed.device) throw altered();
    const { event, day, name } = signed;
    const serial = signed.serial || `${signer.code}-C-${String(signed.count).padStart(4, "0")}`;
    const told = canonical([
      ["campaign", keys.campaign], ["day", day], ["device", signer.device], ["event", event],
      ["name", name], ["serial", serial],
    ]);
    if (!verified(SIGNED + told, signed.signature, signer.public)) throw altered();
    const times = keys.lost.filter((one) => signer.formers.includes(one.device)).map((one) => one.at);
    return {
      event, day, name, serial, code: signer.code, device: signer.device,
      lostAt: times.length ? Math.min(...times) : null,
    };
  }

  // Who signed, once the root is found to stand behind them.
  function certified(links, root, campaign) {
    let signer = root;
    const formers = [];
    links.forEach((link, at) => {
      const device = deviceId(link.public);
      const told = [["campaign", campaign], ["code", link.code], ["device", device]];
      if (at) told.push(["former", formers[at - 1]]);
      told.push(["public_key", hex(link.public)]);
      const message = (at ? RENEWED : ENROLLED) + canonical(told);
      if (!verified(message, link.signature, signer)) throw altered();
      signer = link.public;
      formers.push(device);
    });
    const last = links[links.length - 1];
    return { code: last.code, public: last.public, device: deviceId(last.public), formers };
  }

  // The links of a laptop whose statements are too long to carry them.
  function known(device, keys) {
    for (const text of keys.renewed) {
      const held = JSON.parse(text);
      if (held.told.device !== device) continue;
      return [...(held.formers || []), held].map((one) => ({
        code: one.told.code, public: fromHex(one.told.public_key), signature: fromHex(one.signature),
      }));
    }
    throw new Refused("unknown", "device_unknown");
  }

  function verified(message, signature, key) {
    return nacl.sign.detached.verify(new TextEncoder().encode(message), signature, key);
  }

  // bytes

  function unpack(bytes) {
    let at = 0;
    const take = (size) => {
      if (size < 0 || at + size > bytes.length) throw new Error("bytes are missing");
      at += size;
      return bytes.slice(at - size, at);
    };
    const text = () => new TextDecoder("utf-8", { fatal: true }).decode(take(take(1)[0]));
    const root = take(4);
    const count = take(1)[0];
    if (count > MOST_LINKS) throw new Error("too many links");
    const links = [];
    for (let link = 0; link < count; link += 1) {
      const code = text();
      const form = link ? /^[A-Z][A-Z0-9]?$/ : /^[A-Z][A-Z0-9]{1,5}$/;
      if (!form.test(code)) throw new Error("no device's code");
      links.push({ code: link ? links[0].code + code : code, public: take(32), signature: take(64) });
    }
    const device = count ? deviceId(links[count - 1].public) : hex(take(16));
    const event = text();
    let number = 0;
    for (let place = 0; ; place += 7) {
      const byte = take(1)[0];
      number += (byte & 0x7f) * 2 ** place;
      if (byte < 0x80) break;
      if (place >= 21) throw new Error("a number that is too large");
    }
    const serial = number ? "" : text();
    const days = take(2);
    const day = new Date(Date.UTC(2000, 0, 1 + days[0] * 256 + days[1])).toISOString().slice(0, 10);
    const name = unpackName(take(bytes.length - at - 64));
    return { root, links, device, event, count: number, serial, day, name, signature: take(64) };
  }

  function unpackName(packed) {
    let window = 0;
    let name = "";
    for (let at = 0; at < packed.length; at += 1) {
      const byte = packed[at];
      if (byte === 0x10) {
        window = (packed[at + 1] * 256 + packed[at + 2]) * 32;
        at += 2;
      } else if (byte === 0x11) window = 0;
      else if (byte === 0x12 || byte === 0x13) name += byte === 0x12 ? "\u200c" : "\u200d";
      else if (byte < 0x20 || byte === 0x7f) throw new Error("no letter");
      else name += String.fromCodePoint(letter(byte, window));
    }
    return name;
  }

  function letter(byte, window) {
    if (window === 0 || (byte >= 0x20 && byte < 0x40)) return byte;
    return byte >= 0x80 ? window + byte - 0x80 : window + 128 + byte - 0x40;
  }

  function fromSymbols(symbols) {
    const bytes = [];
    let bits = 0;
    let held = 0;
    for (const symbol of symbols) {
      const value = SYMBOLS.indexOf(symbol);
      if (value < 0) throw new Error("no symbol");
      held = (held << 5) | value;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes.push(held >> bits);
        held &= (1 << bits) - 1;
      }
    }
    if (bits >= 5 || held) throw new Error("symbols that are written in another way");
    return Uint8Array.from(bytes);
  }

  // JSON as the kiosk signs it: keys in order, nothing but ASCII.
  function canonical(pairs) {
    const ascii = (text) => JSON.stringify(text).replace(
      /[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
    return `{${pairs.map(([key, value]) => `"${key}":${ascii(value)}`).join(",")}}`;
  }

  const deviceId = (key) => hex(sha256(key).slice(0, 16));
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const fromHex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));

  // FIPS 180-4. WebCrypto has it too, but not on every page that a stick opens.
  function sha256(bytes) {
    const primes = [];
    for (let one = 2; primes.length < 64; one += 1) {
      if (primes.every((prime) => one % prime)) primes.push(one);
    }
    const root = (value, power) => Math.floor((value ** power % 1) * 2 ** 32) | 0;
    const k = primes.map((prime) => root(prime, 1 / 3));
    const state = primes.slice(0, 8).map((prime) => root(prime, 1 / 2));
    const padded = new Uint8Array(((bytes.length + 8 >> 6) + 1) * 64);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    new DataView(padded.buffer).setUint32(padded.length - 4, bytes.length * 8);
    const turn = (word, by) => (word >>> by) | (word << (32 - by));
    for (let block = 0; block < padded.length; block += 64) {
      const w = new Int32Array(64);
      const view = new DataView(padded.buffer, block, 64);
      for (let t = 0; t < 64; t += 1) {
        if (t < 16) w[t] = view.getInt32(t * 4);
        else {
          const s0 = turn(w[t - 15], 7) ^ turn(w[t - 15], 18) ^ (w[t - 15] >>> 3);
          const s1 = turn(w[t - 2], 17) ^ turn(w[t - 2], 19) ^ (w[t - 2] >>> 10);
          w[t] = w[t - 16] + s0 + w[t - 7] + s1;
        }
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let t = 0; t < 64; t += 1) {
        const t1 = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + k[t] + w[t]) | 0;
        const t2 = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((word, at) => { state[at] = (state[at] + word) | 0; });
    }
    const digest = new DataView(new ArrayBuffer(32));
    state.forEach((word, at) => digest.setInt32(at * 4, word));
    return new Uint8Array(digest.buffer);
  }

  return { check, sha256, hex };
})();
