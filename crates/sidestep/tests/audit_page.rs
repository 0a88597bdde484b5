//! The page of `sidestep audit --output-format html` in a real browser: Debian's `chromium`, driven over WebDriver by
//! `chromium-driver`. Where either is missing the test says so and checks nothing.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

const PROGRAM: &str = r#"
import asyncio
from openai import AsyncOpenAI
from ollama import AsyncClient

client = AsyncOpenAI(timeout=20)
local = AsyncClient()


async def title(text: str) -> str:
    reply = await client.chat.completions.create(model="gpt-4o-mini", messages=[{"role": "user", "content": text}])
    print(reply.usage)
    return reply.choices[0].message.content


async def describe(text: str) -> str:
    reply = await local.generate(model="llama3.2", prompt=text)
    return reply["response"]


async def vectors(texts: list[str]):
    return await client.embeddings.create(model="text-embedding-3-small", input=texts)
"#;

#[test]
fn the_page_works_in_a_browser() {
    let (Some(browser), Some(driver)) = (on_path(&["chromium", "chromium-browser"]), on_path(&["chromedriver"])) else {
        // Past the capture of the test harness: a skipped test must be seen.
        let _ = std::io::stderr().write_all(b"audit page: SKIPPED, there is no `chromium` with `chromedriver` here\n");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("app.py"), PROGRAM).unwrap();
    let page = folder.path().join("audit.html");
    let said = Command::new(env!("CARGO_BIN_EXE_sidestep"))
        .args(["audit", "--isolated", "--output-format", "html", "app.py"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    std::fs::write(&page, said.stdout).unwrap();

    let tab = Tab::open(&driver, &browser, folder.path());
    tab.window(1280, 900);
    tab.go(&format!("file://{}", page.display()));

    assert_eq!(
        tab.run("return document.documentElement.scrollWidth <= innerWidth"),
        json!(true),
        "too wide for a desktop"
    );

    // Nothing comes from elsewhere.
    assert_eq!(tab.run("return performance.getEntriesByType('resource').length"), json!(0));

    // Sorting, by mouse and by keyboard.
    let order = "return [...document.querySelectorAll('#calls tbody tr')].map(r => r.querySelector('td[data-column=timeout]').className)";
    tab.run("document.querySelector('th[data-key=timeout]').click()");
    assert_eq!(tab.run(order), json!(["no", "yes", "yes"]));
    tab.run("document.querySelector('th[data-key=timeout]').dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true}))");
    assert_eq!(tab.run(order), json!(["yes", "yes", "no"]));
    assert_eq!(tab.run("return document.querySelector('th[data-key=timeout]').ariaSort"), json!("descending"));

    // Filtering, by words and by verdict; what is hidden takes no room.
    let visible = "return [...document.querySelectorAll('#calls tbody tr')].filter(r => r.offsetHeight > 0).length";
    let set = |id: &str, value: &str| {
        tab.run(&format!(
            "const e = document.getElementById('{id}'); e.value = '{value}'; e.dispatchEvent(new Event('input'))"
        ))
    };
    assert_eq!(tab.run(visible), json!(3));
    set("find", "describe");
    assert_eq!(tab.run(visible), json!(1));
    assert_eq!(tab.run("return document.getElementById('shown').textContent"), json!("1 of 3"));
    set("find", "");
    set("column", "timeout");
    set("verdict", "yes");
    assert_eq!(tab.run(visible), json!(2));
    set("verdict", "");

    // A cell leads to its evidence.
    let shown = tab.run(
        "const a = document.querySelector('td[data-column=timeout].yes a'); a.click();
         const f = document.querySelector('figure:target'); return f && f.querySelector('mark').textContent",
    );
    assert!(shown.as_str().is_some_and(|text| text.contains("timeout=20")), "{shown}");

    // On a phone nothing is wider than the screen, with any row.
    tab.phone(360, 740);
    for width in ["document.documentElement.scrollWidth", "document.body.scrollWidth"] {
        assert_eq!(tab.run(&format!("return {width} <= innerWidth")), json!(true), "{width}");
    }
    assert_eq!(tab.run("return innerWidth"), json!(360));
    assert_eq!(tab.run(visible), json!(3));

    // Light and dark differ, and text stands out in both.
    let colours = "const s = getComputedStyle(document.body); return [s.backgroundColor, s.color].map(c => c.match(/\\d+/g).slice(0, 3).reduce((a, b) => a + +b, 0))";
    for (scheme, dark) in [("light", false), ("dark", true)] {
        tab.scheme(scheme);
        let both = tab.run(colours);
        let (back, text) = (both[0].as_i64().unwrap(), both[1].as_i64().unwrap());
        assert_eq!(back < text, dark, "{scheme}: {both}");
        assert!((back - text).abs() > 450, "{scheme}: {both}");
    }
    if let Some(folder) = std::env::var_os("SIDESTEP_SCREENSHOTS").map(PathBuf::from) {
        tab.screenshot(&folder.join("phone-dark.png"));
        tab.desktop();
        tab.scheme("light");
        tab.screenshot(&folder.join("desktop-light.png"));
    }
}

fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).flat_map(|dir| names.iter().map(move |n| dir.join(n))).find(|file| file.is_file())
}

/// A page in a browser without a window.
struct Tab {
    driver: Child,
    port: u16,
    session: String,
}

impl Tab {
    fn open(driver: &PathBuf, browser: &PathBuf, home: &std::path::Path) -> Tab {
        let mut driver =
            Command::new(driver).arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let said = BufReader::new(driver.stdout.take().unwrap());
        // "ChromeDriver was started successfully on port 12345."
        let port = said
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_suffix('.')?.rsplit_once("on port ")?.1.parse().ok())
            .expect("the driver says its port");
        let mut tab = Tab { driver, port, session: String::new() };
        let profile = format!("--user-data-dir={}", home.join("profile").display());
        let options = json!({"binary": browser, "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", profile]});
        let made =
            tab.ask("POST", "/session", &json!({"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}}));
        tab.session = made["sessionId"].as_str().unwrap_or_else(|| panic!("no session: {made}")).to_owned();
        tab
    }

    fn go(&self, url: &str) {
        self.post("url", &json!({"url": url}));
    }

    fn run(&self, script: &str) -> Value {
        self.post("execute/sync", &json!({"script": script, "args": []}))
    }

    fn window(&self, width: u32, height: u32) {
        self.post("window/rect", &json!({"width": width, "height": height}));
    }

    fn phone(&self, width: u32, height: u32) {
        self.devtools(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": height, "deviceScaleFactor": 2, "mobile": true}),
        );
    }

    fn desktop(&self) {
        self.devtools("Emulation.clearDeviceMetricsOverride", json!({}));
    }

    fn scheme(&self, value: &str) {
        let features = json!([{"name": "prefers-color-scheme", "value": value}]);
        self.devtools("Emulation.setEmulatedMedia", json!({"features": features}));
    }

    fn screenshot(&self, file: &std::path::Path) {
        let made = self.ask("GET", &format!("/session/{}/screenshot", self.session), &Value::Null);
        std::fs::write(file, decode(made.as_str().unwrap())).unwrap();
    }

    fn devtools(&self, command: &str, params: Value) {
        self.post("goog/cdp/execute", &json!({"cmd": command, "params": params}));
    }

    fn post(&self, what: &str, body: &Value) -> Value {
        self.ask("POST", &format!("/session/{}/{what}", self.session), body)
    }

    /// One request of the WebDriver protocol, and the value it answers with.
    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            body.len()
        )
        .unwrap();
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            if line.trim().is_empty() {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap();
            }
        }
        let mut answer = vec![0; length];
        reader.read_exact(&mut answer).unwrap();
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        let value = answer["value"].clone();
        assert!(value.get("error").is_none(), "{path}: {value}");
        value
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.ask("DELETE", &format!("/session/{}", self.session), &Value::Null);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Base 64.
fn decode(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0u32, 0);
    for digit in text.bytes().filter_map(|b| DIGITS.iter().position(|&d| d == b)) {
        bits = bits << 6 | digit as u32;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    bytes
}
