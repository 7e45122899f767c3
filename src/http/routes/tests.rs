//! Every address leads where it should.

use super::*;

fn rest(path: &str) -> Result<(Route, Argument), Refusal> {
    resolve(&format!("{REST_BASE}{path}"))
}

#[test]
fn every_listed_route_resolves_to_itself() {
    for route in routes() {
        let path = route.example(7);
        assert_eq!(resolve(&path).unwrap().0, route, "{path}");
    }
}

#[test]
fn the_openapi_page_names_every_route_with_its_methods_and_no_other() {
    let page = openapi::page();
    let mut named = Vec::new();
    for (path, item) in page["paths"].as_object().unwrap() {
        let mut address = path.clone();
        for (part, value) in [
            ("{key}", "7"),
            ("{number}", "0731234567"),
            ("{function}", "sendMessage"),
            ("{TOP}", "10"),
            ("{DESCENDING}", "True"),
            ("{K_ID}", "0"),
            ("{FROM}", "Null"),
        ] {
            address = address.replace(part, value);
        }
        let (route, _) = resolve(&address).unwrap_or_else(|_| panic!("{path} is not served"));
        let mut allowed = route.allow().to_string().replace(", HEAD", "").replace("OPTIONS", "");
        for method in ["get", "post", "put", "delete"] {
            let word = method.to_uppercase();
            let served = allowed.split(", ").any(|own| own == word);
            assert_eq!(item.get(method).is_some(), served, "{method} of {path}");
            allowed = allowed.replace(&word, "");
        }
        named.push(route);
    }
    // Pages are for people.
    let pages = |route: &Route| matches!(route, Route::Page(_) | Route::UserPage);
    for route in routes().into_iter().filter(|route| !pages(route)) {
        assert!(named.contains(&route), "resource/openapi does not name {}", route.example(1));
    }
}

#[test]
fn a_row_s_plain_address_leads_where_resolve_leads() {
    for resource in catalog::ALL {
        for path in [
            format!("{REST_BASE}/{}", resource.uri),
            format!("{REST_BASE}/{}/7", resource.uri),
            format!("{}/{}/99999999999999999999", REST_BASE.to_lowercase(), resource.uri),
        ] {
            let (found, key) = plain_row(&path).unwrap();
            let resolved = match key {
                Some(key) => (Route::Row(found), Argument::Key(key)),
                None => (Route::List(found), Argument::None),
            };
            assert_eq!(resolve(&path).unwrap(), resolved, "{path}");
        }
    }
    for path in ["", "/", "/ContainmentLine/", "/ContainmentLine/7/", "/Caller/7", "/Statistics"] {
        assert_eq!(plain_row(&format!("{REST_BASE}{path}")), None, "{path}");
    }
    for path in ["//ContainmentLine/7", "/ContainmentLine/-7", "/ContainmentLine/7/Test", "/x/7"] {
        assert_eq!(plain_row(&format!("{REST_BASE}{path}")), None, "{path}");
    }
}

#[test]
fn names_match_in_any_letter_case_and_with_a_trailing_slash() {
    let line = catalog::find("ContainmentLine").unwrap();
    for path in ["/containmentline", "/ContainmentLine/", "/CONTAINMENT%4CINE"] {
        assert_eq!(rest(path).unwrap(), (Route::List(line), Argument::None), "{path}");
    }
    let lower = "/cti_smartconnectservice/restservice/ContainmentLine/12/";
    assert_eq!(resolve(lower).unwrap(), (Route::Row(line), Argument::Key(12)));
}

#[test]
fn keys_are_numbers() {
    for (path, expected) in [
        ("/ContainmentLine/007", Ok(7)),
        ("/ContainmentLine/-1", Ok(-1)),
        ("/ContainmentLine/99999999999999999999", Ok(i64::MAX)),
        ("/ContainmentLine/abc", Err(Refusal::KeyIsNoNumber)),
        ("/ContainmentLine/1.0", Err(Refusal::KeyIsNoNumber)),
        ("/ContainmentLine/+1", Err(Refusal::KeyIsNoNumber)),
        ("/ContainmentLine/-", Err(Refusal::KeyIsNoNumber)),
    ] {
        let found = rest(path).map(|(_, argument)| argument);
        assert_eq!(found, expected.map(Argument::Key), "{path}");
    }
}

#[test]
fn unknown_paths_are_told_apart_from_unknown_names() {
    for (path, expected) in [
        ("", Refusal::UnknownPath),
        ("/", Refusal::UnknownPath),
        ("/Nothing", Refusal::UnknownResource),
        ("/ContainmentLine/1/2", Refusal::UnknownPath),
        ("/%ff", Refusal::UnknownPath),
    ] {
        assert_eq!(rest(path).unwrap_err(), expected, "{path}");
    }
    for path in ["/nothing", "/CTI_SmartConnectService", "/healthz/x", "/samples/../healthz"] {
        assert_eq!(resolve(path).unwrap_err(), Refusal::UnknownPath, "{path}");
    }
    assert!(resolve(&format!("{REST_BASE}x/ContainmentLine")).is_err());
}

#[test]
fn only_the_call_history_has_a_search() {
    assert!(matches!(rest("/ReceivedCall-Record/0/True/0/Null"), Ok((Route::CallSearch(_), _))));
    assert!(matches!(rest("/ReceivedCall-Record/0/True"), Err(Refusal::BadPath(_))));
    assert!(matches!(rest("/CustomerAddress/0/True/0/Null"), Err(Refusal::UnknownPath)));
}
