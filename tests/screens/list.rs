//! Which pictures are taken, in what window, language and colours, after which steps.

use crate::chromium::Browser;

/// One picture.
pub struct Screen {
    /// Its file without `.png`.
    pub name: &'static str,
    /// Where it is.
    pub path: &'static str,
    /// What is shown when it is ready (CSS).
    pub shows: &'static str,
    /// What a person does before the picture is taken.
    pub steps: fn(&Browser),
    /// Width of the window in pixels.
    pub width: u32,
    /// Dark colours.
    pub dark: bool,
    /// `ja` or `en`.
    pub language: &'static str,
}

impl Screen {
    /// Height of the window: that of a telephone for a narrow one.
    pub fn height(&self) -> u32 {
        if self.width < 600 { 844 } else { 900 }
    }

    const fn narrow(self) -> Self {
        Self { width: 390, ..self }
    }

    const fn dark(self) -> Self {
        Self { dark: true, ..self }
    }

    const fn english(self) -> Self {
        Self { language: "en", ..self }
    }

    const fn after(self, steps: fn(&Browser)) -> Self {
        Self { steps, ..self }
    }
}

/// A picture of a screen as most people see it: 1440 pixels wide, light, Japanese.
const fn screen(name: &'static str, path: &'static str, shows: &'static str) -> Screen {
    Screen { name, path, shows, steps: |_| {}, width: 1440, dark: false, language: "ja" }
}

const DESK: &str = "cti-call-stack .call";
const ROWS: &str = "main tbody tr";

/// Every picture.
pub const SCREENS: &[Screen] = &[
    screen("desk", "/#/desk", DESK),
    screen("desk-dark", "/#/desk", DESK).dark(),
    screen("desk-english", "/#/desk", DESK).english(),
    screen("desk-narrow", "/#/desk", DESK).narrow(),
    screen("mini", "/#/mini", "main").narrow(),
    screen("wallboard", "/#/wallboard", "main").dark(),
    screen("work", "/#/work", ROWS),
    screen("history", "/#/history", ROWS),
    screen("history-narrow", "/#/history", "main h1").narrow(),
    screen("customers", "/#/customers", ROWS),
    screen("customer", "/#/customers/3", "main h1"),
    screen("customer-edit", "/#/customers/new", "main input"),
    screen("statistics", "/#/statistics", "main svg"),
    screen("statistics-dark", "/#/statistics", "main svg").dark(),
    screen("settings", "/#/settings", "main input"),
    screen("admin-overview", "/admin/#/overview", "main h1"),
    screen("admin-start", "/admin/#/start", "main h1"),
    screen("admin-lines", "/admin/#/ContainmentLine", ROWS),
    screen("admin-connection", "/admin/#/SIP-ServerConnection/1", "main input"),
    screen("admin-chat", "/admin/#/Notification-Chat", ROWS),
    screen("admin-chat-dark", "/admin/#/Notification-Chat/1", "main input").dark(),
    screen("admin-template", "/admin/#/MessDef-Mail/1", "main textarea"),
    screen("admin-template-english", "/admin/#/MessDef-Chat/1", "main textarea").english(),
    screen("admin-import", "/admin/#/import", "main h1"),
    screen("admin-deliveries", "/admin/#/Notification-Delivery", ROWS),
    screen("admin-audit", "/admin/#/Audit-Log", ROWS),
    screen("admin-users", "/admin/#/UserManagement", "main h1"),
    screen("admin-explorer", "/admin/#/explorer", "main h1"),
    screen("admin-tls", "/admin/#/tls", "main h1"),
    screen("admin-narrow", "/admin/#/ContainmentLine", "main h1").narrow(),
    screen("log-in", "/login", "#login"),
    screen("log-in-dark", "/login?ended", "#login").dark().narrow(),
    screen("sample", "/samples/get.html", "#form").after(|browser| {
        browser.click("#form button");
        browser.wait("#rows td");
    }),
];
