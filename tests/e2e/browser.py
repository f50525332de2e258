"""Chromium without a screen, driven through chromedriver by the WebDriver protocol (W3C)."""
import base64
import contextlib
import json
import pathlib
import shutil
import subprocess
import urllib.error
import urllib.request

from programs import until

PORT = 9515
ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'        # the protocol's name for a reference to an element
ENTER = '\ue007'
OPTIONS = ('--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--window-size=1280,900')


class Refused(Exception):
    """The browser could not do it: no such element, page not loaded, element not clickable."""


class Browser:
    """One window with a profile of its own in `folder`."""

    def __init__(self, folder):
        self.driver = subprocess.Popen([shutil.which('chromedriver'), f'--port={PORT}', f'--log-path={folder}/driver.log'],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.base = f'http://127.0.0.1:{PORT}'
        until(self.is_ready, 'chromedriver listens', 60)
        chrome = {'binary': shutil.which('chromium'), 'args': [*OPTIONS, f'--user-data-dir={folder}/profile']}
        session = self.ask('POST', '/session', {'capabilities': {'alwaysMatch': {'goog:chromeOptions': chrome}}})
        self.base += f'/session/{session["sessionId"]}'

    def close(self):
        with contextlib.suppress(Refused, OSError):
            self.ask('DELETE', '')
        self.driver.terminate()
        self.driver.wait()

    def ask(self, method, path, body=None):
        data = json.dumps(body or {}).encode() if method == 'POST' else None
        request = urllib.request.Request(self.base + path, data, {'Content-Type': 'application/json'}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=300) as reply:
                return json.load(reply)['value']
        except urllib.error.HTTPError as error:
            raise Refused(json.load(error)['value']['message']) from error

    def is_ready(self):
        with contextlib.suppress(OSError):
            return self.ask('GET', '/status')['ready']

    def open(self, url):
        self.ask('POST', '/url', {'url': url})

    def run(self, script):
        """What JavaScript returns that is run in the page."""
        return self.ask('POST', '/execute/sync', {'script': script, 'args': []})

    def source(self):
        return self.ask('GET', '/source')

    def forget_cookies(self):
        self.ask('DELETE', '/cookie')

    def screenshot(self, path):
        pathlib.Path(path).write_bytes(base64.b64decode(self.ask('GET', '/screenshot')))

    def elements(self, selector):
        """All that match the CSS selector, those that cannot be seen too."""
        found = self.ask('POST', '/elements', {'using': 'css selector', 'value': selector})
        return [Element(self, reference[ELEMENT]) for reference in found]

    def element(self, selector, timeout=90):
        """The first that can be seen, waited for."""
        def visible():
            with contextlib.suppress(Refused):
                return next((found for found in self.elements(selector) if found.is_displayed()), None)
        return until(visible, lambda: f'{selector} on the page:\n{self.source()[-4000:]}', timeout)


class Element:
    def __init__(self, browser, reference):
        self.browser, self.path = browser, f'/element/{reference}'

    def is_displayed(self):
        return self.browser.ask('GET', f'{self.path}/displayed')

    def text(self):
        return self.browser.ask('GET', f'{self.path}/text')

    def property(self, name):
        return self.browser.ask('GET', f'{self.path}/property/{name}')

    def click(self):
        self.browser.ask('POST', f'{self.path}/click')

    def type(self, text):
        self.browser.ask('POST', f'{self.path}/value', {'text': text})
