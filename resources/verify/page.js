// The page around the rules: languages, camera, pictures, and a verdict in colour, shape and words.
"use strict";

(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const keys = data.keys;
  const element = (id) => document.getElementById(id);
  const STATES = { languages: data.languages, tag: "en", verdict: null, stream: null };
  const EVERY_MS = 150;
  const SIDES = [1600, 900, 2600]; // pixels; small pictures are made larger, as blurred modules read better
  const SHAPES = { // colour is never alone: each verdict has a shape of its own
    valid: ["M28 3a25 25 0 1 0 0 50a25 25 0 0 0 0-50", "M15 29l9 9l18-19"],
    replaced: ["M28 3l25 25l-25 25l-25-25z", "M17 28h20m-8-8l8 8l-8 8"],
    revoked: ["M18 4h20l14 14v20l-14 14h-20l-14-14v-20z", "M18 18l20 20m0-20l-20 20"],
    altered: ["M28 4l26 48h-52z", "M28 20v16m0 6v3"],
    unknown: ["M5 5h46v46h-46z", "M20 21a8 8 0 1 1 11 8q-3 2-3 6m0 6v2"],
  };

  const say = (key, values = {}) => data.words[STATES.tag][key].replace(
    /\{(\w+)\}/g, (_, name) => `\u2068${values[name]}\u2069`,
  );
  const inLanguage = (names) => names[STATES.tag] || names.en || Object.values(names)[0] || "";
  const written = (day) => day.split("-").reverse().join("-");

  // words

  function speak(tag) {
    STATES.tag = tag;
    const root = document.documentElement;
    root.lang = tag;
    root.dir = STATES.languages.find((one) => one.tag === tag).rtl ? "rtl" : "ltr";
    document.title = say("page.title");
    const texts = {
      title: "page.title", lead: "page.lead", offline: "page.offline",
      camera: STATES.stream ? "page.stop" : "page.camera",
    };
    for (const [id, key] of Object.entries(texts)) element(id).textContent = say(key);
    element("picture").firstElementChild.textContent = say("page.picture");
    element("typed").querySelector("label").textContent = say("page.text");
    element("typed").querySelector("button").textContent = say("page.check");
    element("campaign").textContent = inLanguage(keys.names);
    element("key").textContent = `${say("page.fingerprint")}: \u2066${data.fingerprint}\u2069`;
    element("known").textContent = keys.complete
      ? say("page.known", { date: written(keys.as_of) }) : say("page.keys_only");
    element("practice").hidden = !keys.practice;
    element("practice").textContent = say("practice_note");
    for (const button of element("languages").children) {
      button.setAttribute("aria-pressed", String(button.lang === tag));
    }
    show(STATES.verdict);
  }

  function add(parent, name, text, className) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    parent.append(made);
    return made;
  }

  function shape(status) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    svg.setAttribute("viewBox", "0 0 56 56");
    svg.setAttribute("aria-hidden", "true");
    SHAPES[status].forEach((path, at) => {
      const drawn = document.createElementNS(space, "path");
      drawn.setAttribute("d", path);
      drawn.setAttribute("fill", at ? "none" : "currentColor");
      drawn.setAttribute("stroke", at ? "#FFFFFF" : "none");
      drawn.setAttribute("stroke-width", "5");
      svg.append(drawn);
    });
    return svg;
  }

  // the verdict

  function show(verdict) {
    const result = element("result");
    STATES.verdict = verdict;
    result.replaceChildren();
    result.hidden = !verdict;
    if (!verdict) return;
    const { status, reason, said } = verdict;
    const practice = Boolean(said) && keys.practice;
    result.className = practice ? `${status} practice` : status;
    const line = add(result, "p", undefined, "verdict");
    line.append(shape(status));
    add(line, "span", say(practice ? `practice_${status}` : status));
    add(result, "p", say(`why_${reason || status}`, { serial: verdict.by || "" }));
    if (!said) return;
    if (said.name) add(result, "p", say("page.compare"), "quiet");
    const name = add(result, "p", said.name || say("by_hand"), "name");
    name.dir = "auto";
    const event = keys.events[said.event];
    const list = add(result, "dl");
    for (const [key, value] of [
      ["serial", said.serial], ["event", event ? inLanguage(event.names) : said.event],
      ["date", written(said.day)], ["signed_at", said.code],
    ]) {
      add(list, "dt", say(key));
      add(list, "dd", `\u2068${value}\u2069`);
    }
    const known = keys.complete ? ["as_of", keys.as_of] : ["as_issued", said.day];
    add(result, "p", say(known[0], { date: written(known[1]) }), "quiet");
  }

  function judge(text) {
    const verdict = Samvad.check(text, keys);
    show(verdict);
    element("note").textContent = "";
    element("result").scrollIntoView({ block: "nearest" });
    return verdict;
  }

  // pictures

  let reader = null;
  function zxing() {
    if (!reader) {
      const binary = Uint8Array.from(atob(element("wasm").textContent.trim()), (one) => one.charCodeAt(0));
      reader = ZXingWASM.prepareZXingModule({
        overrides: { wasmBinary: binary.buffer }, fireImmediately: true,
      });
    }
    return reader;
  }

  async function found(picture) {
    await zxing();
    const read = await ZXingWASM.readBarcodes(picture, {
      formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 8,
    });
    const texts = read.filter((one) => one.isValid).map((one) => one.text);
    return texts.find((one) => one.toUpperCase().startsWith("SC1")) || texts[0] || null;
  }

  function drawn(source, width, height, side) {
    const scale = side / Math.max(width, height);
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    const brush = canvas.getContext("2d", { willReadFrequently: true });
    brush.imageSmoothingQuality = "high";
    brush.fillStyle = "#FFFFFF";
    brush.fillRect(0, 0, canvas.width, canvas.height);
    brush.drawImage(source, 0, 0, canvas.width, canvas.height);
    return brush.getImageData(0, 0, canvas.width, canvas.height);
  }

  async function onFile(file) {
    element("note").textContent = say("page.looking");
    show(null);
    const address = URL.createObjectURL(file);
    try {
      const image = new Image();
      image.src = address;
      await image.decode();
      const { naturalWidth: width, naturalHeight: height } = image;
      for (const side of SIDES) {
        const text = await found(drawn(image, width, height, side));
        if (text) {
          judge(text);
          return;
        }
      }
      judge("");
    } catch (error) {
      judge("");
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  // the camera

  async function detector() {
    if (!("BarcodeDetector" in window)) return null;
    const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
    return formats.includes("qr_code") ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
  }

  async function openCamera() {
    const video = element("video");
    show(null);
    try {
      STATES.stream = await navigator.mediaDevices.getUserMedia({
        audio: false, video: { facingMode: "environment", width: { ideal: 1920 } },
      });
      video.srcObject = STATES.stream;
      video.hidden = false;
      await video.play();
    } catch (error) {
      closeCamera();
      element("note").textContent = say("page.no_camera");
      return;
    }
    element("note").textContent = say("page.looking");
    element("camera").textContent = say("page.stop");
    const own = await detector();
    while (STATES.stream) {
      const text = await glance(video, own);
      if (text && STATES.stream) {
        closeCamera();
        judge(text);
      }
      await new Promise((next) => { setTimeout(next, EVERY_MS); });
    }
  }

  async function glance(video, own) {
    if (!video.videoWidth) return null;
    if (own) {
      const seen = await own.detect(video).catch(() => []);
      const text = seen.map((one) => one.rawValue).find((one) => one);
      if (text) return text;
    }
    const side = Math.max(video.videoWidth, video.videoHeight, 1000);
    return found(drawn(video, video.videoWidth, video.videoHeight, side));
  }

  function closeCamera() {
    if (STATES.stream) STATES.stream.getTracks().forEach((track) => track.stop());
    STATES.stream = null;
    element("video").srcObject = null;
    element("video").hidden = true;
    element("camera").textContent = say("page.camera");
    element("note").textContent = "";
  }

  // the beginning

  for (const one of STATES.languages) {
    const button = add(element("languages"), "button", one.native);
    button.type = "button";
    button.lang = one.tag;
    button.addEventListener("click", () => speak(one.tag));
  }
  element("camera").addEventListener("click", () => (STATES.stream ? closeCamera() : openCamera()));
  element("picture").addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") element("file").click();
  });
  element("file").addEventListener("change", (event) => {
    const [file] = event.target.files;
    if (file) onFile(file);
    event.target.value = "";
  });
  element("typed").addEventListener("submit", (event) => {
    event.preventDefault();
    judge(element("text").value);
    element("text").value = "";
  });
  const tags = STATES.languages.map((one) => one.tag);
  const wanted = (navigator.languages || []).map((one) => one.slice(0, 2));
  speak(wanted.find((one) => tags.includes(one)) || tags[0]);
  const asked = decodeURIComponent(location.hash.slice(1));
  if (asked.startsWith("SC1")) judge(asked);
})();
