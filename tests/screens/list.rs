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

const HEAD: &str = "main h1";

/// Every picture.
pub const SCREENS: &[Screen] = &[
    screen("desk", "/#/desk", HEAD),
    screen("desk-dark", "/#/desk", HEAD).dark(),
    screen("desk-english", "/#/desk", HEAD).english(),
    screen("desk-narrow", "/#/desk", HEAD).narrow(),
    screen("mini", "/#/mini", "main").narrow(),
    screen("wallboard", "/#/wallboard", "main").dark(),
    screen("work", "/#/work", HEAD),
    screen("history", "/#/history", HEAD),
    screen("history-narrow", "/#/history", HEAD).narrow(),
    screen("customers", "/#/customers", HEAD),
    screen("customer", "/#/customers/3", HEAD),
    screen("customer-edit", "/#/customers/new", HEAD),
    screen("statistics", "/#/statistics", HEAD),
    screen("statistics-dark", "/#/statistics", HEAD).dark(),
    screen("settings", "/#/settings", HEAD),
    screen("admin-overview", "/admin/#/overview", HEAD),
    screen("admin-start", "/admin/#/start", HEAD),
    screen("admin-lines", "/admin/#/ContainmentLine", HEAD),
    screen("admin-connection", "/admin/#/SIP-ServerConnection/3", HEAD),
    screen("admin-chat", "/admin/#/Notification-Chat", HEAD),
    screen("admin-chat-dark", "/admin/#/Notification-Chat/1", HEAD).dark(),
    screen("admin-template", "/admin/#/MessDef-Mail/1", HEAD),
    screen("admin-template-english", "/admin/#/MessDef-Chat/1", HEAD).english(),
    screen("admin-import", "/admin/#/import", HEAD),
    screen("admin-deliveries", "/admin/#/Notification-Delivery", HEAD),
    screen("admin-audit", "/admin/#/Audit-Log", HEAD),
    screen("admin-users", "/admin/#/UserManagement", HEAD),
    screen("admin-explorer", "/admin/#/explorer", HEAD),
    screen("admin-tls", "/admin/#/tls", HEAD),
    screen("admin-narrow", "/admin/#/ContainmentLine", HEAD).narrow(),
    screen("log-in", "/login", "#login"),
    screen("log-in-dark", "/login?ended", "#login").dark().narrow(),
    screen("sample", "/samples/get.html", "#form").after(|browser| {
        browser.click("#form button");
        browser.wait("#rows td");
    }),
];
