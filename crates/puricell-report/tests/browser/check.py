"""Opens report pages in headless Chromium and uses them: python3 check.py CHROMIUM PAGE...

Speaks the DevTools protocol over a pipe, so that nothing but Python and the browser is needed. Exits with 1 and says what failed.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import threading

SECONDS = 240


class Browser:
    def __init__(self, program, profile):
        to_read, self.to = os.pipe()
        self.back, to_write = os.pipe()

        def pipes():
            # Moved out of the way first: the numbers of one pipe may be those that the other is to have.
            read, write = os.dup(to_read), os.dup(to_write)
            os.dup2(read, 3)
            os.dup2(write, 4)

        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--window-size=1200,900", f"--user-data-dir={profile}",
             "--remote-debugging-pipe", "about:blank"],
            preexec_fn=pipes, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self.incoming = os.fdopen(self.back, "rb")
        self.number = 0
        self.events = []
        self.session = None
        self.clock = threading.Timer(SECONDS, self.process.kill)
        self.clock.daemon = True
        self.clock.start()

    def message(self):
        text = bytearray()
        while True:
            byte = self.incoming.read(1)
            if not byte:
                sys.exit("the browser ended or took too long")
            if byte == b"\0":
                return json.loads(text)
            text += byte

    def call(self, method, **params):
        self.number += 1
        request = {"id": self.number, "method": method, "params": params}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.to, json.dumps(request).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.number:
                if "error" in answer:
                    sys.exit(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def wait(self, event):
        while not any(e.get("method") == event for e in self.events):
            self.events.append(self.message())

    def run(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=True)
        if "exceptionDetails" in answer:
            sys.exit(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def close(self):
        self.clock.cancel()
        self.process.kill()
        self.process.wait()


CHECKS = [
    ("has a title and a language", "document.title.length > 5 && /^(en|zh-CN)$/.test(document.documentElement.lang)"),
    ("a click on a heading sorts the composition by share, up and down, and back", """(() => {
        const table = document.querySelector('#composition').closest('section').querySelector('table');
        const names = () => [...table.tBodies[0].rows].map(r => r.cells[0].textContent);
        const shares = () => [...table.tBodies[0].rows].map(r => r.cells[3].textContent.replace('<', '').trim())
            .filter(t => /^\\d/.test(t)).map(parseFloat);
        const before = names().join();
        const head = table.tHead.rows[0].cells[3];
        head.querySelector('button').click();
        const up = shares().every((v, i, all) => i === 0 || all[i - 1] <= v) && head.getAttribute('aria-sort') === 'ascending';
        head.querySelector('button').click();
        const down = shares().every((v, i, all) => i === 0 || all[i - 1] >= v) && head.getAttribute('aria-sort') === 'descending';
        head.querySelector('button').click();
        return up && down && names().join() === before && !head.hasAttribute('aria-sort');
    })()"""),
    ("the filter leaves a class and its sub-classes, then all", """(() => {
        const filter = document.querySelector('#class-filter');
        const rows = [...document.querySelectorAll('tr[data-class]')];
        const shown = () => rows.filter(r => !r.hidden);
        const use = v => { filter.value = v; filter.dispatchEvent(new Event('change')); };
        const wanted = filter.options[2].value;
        use(wanted);
        const some = shown().length > 0 && shown().every(r => r.dataset.class === wanted || r.dataset.parent === wanted);
        use('*');
        const found = shown().every(r => r.dataset.found === 'true');
        use('');
        return some && found && shown().length === rows.length;
    })()"""),
    ("every figure can be enlarged and closed", """(() => {
        const figures = [...document.querySelectorAll('figure')];
        const dialog = document.querySelector('dialog');
        return figures.length > 0 && figures.every(figure => {
            figure.querySelector('button.enlarge').click();
            const open = dialog.open && dialog.querySelector('svg').getBoundingClientRect().width > 600;
            dialog.querySelector('button').click();
            return open && !dialog.open;
        });
    })()"""),
    ("a figure is downloaded as a whole drawing", """(async () => {
        const made = [];
        const original = URL.createObjectURL;
        URL.createObjectURL = blob => { made.push(blob); return original.call(URL, blob); };
        document.querySelector('button.download').click();
        URL.createObjectURL = original;
        const text = await made[0].text();
        return new DOMParser().parseFromString(text, 'image/svg+xml').documentElement.localName === 'svg';
    })()"""),
    ("the explorer says why a cell was called so", """(() => {
        if (!document.querySelector('#explained')) { return true; }
        const list = document.querySelector('#explorer-cells');
        const classes = document.querySelector('#explorer-class');
        const find = document.querySelector('#explorer-find');
        const rows = () => document.querySelector('#explorer-table').tBodies[0].rows.length;
        const all = list.options.length;
        const first = document.querySelector('#explorer-cell').textContent;
        list.selectedIndex = list.options.length - 1;
        list.dispatchEvent(new Event('change'));
        const other = document.querySelector('#explorer-cell').textContent;
        const moved = all === 1 || (first !== other && rows() > 0);
        classes.selectedIndex = 1;
        classes.dispatchEvent(new Event('change'));
        const part = list.options.length > 0 && list.options.length <= all && rows() > 0;
        classes.selectedIndex = 0;
        find.value = other;
        find.dispatchEvent(new Event('input'));
        const one = list.options.length === 1 && document.querySelector('#explorer-cell').textContent === other;
        find.value = 'no such cell';
        find.dispatchEvent(new Event('input'));
        const none = list.options.length === 0 && rows() === 0;
        find.value = '';
        find.dispatchEvent(new Event('input'));
        return moved && part && one && none;
    })()"""),
    ("the whole page is as wide as the window", "document.documentElement.scrollWidth <= window.innerWidth"),
    ("what is clicked can be reached by keyboard", "[...document.querySelectorAll('button,select,input,a')].every(e => e.tabIndex >= 0)"),
    ("nothing was fetched", "performance.getEntriesByType('resource').filter(e => !e.name.startsWith('data:')).length === 0"),
]


def check(browser, page):
    failed = []
    browser.events.clear()
    browser.call("Page.navigate", url=pathlib.Path(page).resolve().as_uri())
    browser.wait("Page.loadEventFired")
    for name, expression in CHECKS:
        if browser.run(expression) is not True:
            failed.append(name)
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    if browser.run("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)":
        failed.append("the page is dark where the reader's system is")
    browser.call("Emulation.setEmulatedMedia", media="print", features=[])
    if browser.run("[...document.querySelectorAll('.tools,.controls,nav')].some(e => e.offsetParent !== null)"):
        failed.append("print leaves out what can only be clicked")
    browser.call("Emulation.setEmulatedMedia", media="", features=[])
    for event in browser.events:
        method, params = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown":
            failed.append(f"exception: {params['exceptionDetails']}")
        if method == "Runtime.consoleAPICalled" and params.get("type") in ("error", "warning", "assert"):
            failed.append(f"console: {params['args']}")
        if method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            failed.append(f"log: {params['entry']['text']}")
    return failed


def main():
    program, pages = sys.argv[1], sys.argv[2:]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Browser(program, profile)
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        browser.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log"):
            browser.call(f"{domain}.enable")
        failures = [f"{page}: {failure}" for page in pages for failure in check(browser, page)]
        browser.close()
    for failure in failures:
        print(failure)
    print(f"{len(pages)} pages, {len(failures)} failures")
    sys.exit(1 if failures else 0)


main()
