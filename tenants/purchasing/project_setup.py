"""What projects and their course tell the shared floor."""


def register() -> None:
    """Called once, when the platform starts."""
    from commons import portal as portals
    from commons.access.permissions import Permission
    from commons.tables import declaration as tables
    from commons.web import navigation
    from tenants.attachments import owners
    from tenants.purchasing import course_portal
    from tenants.purchasing.pages import project_sections, projects
    from tenants.purchasing.policies import EVALUATIONS, PROJECTS, REPORTS
    from tenants.purchasing.visit_rights import VISIT_RIGHTS

    owners.register(
        owners.Rights(PROJECTS, "服务项目", "project"),
        owners.Rights(REPORTS, "报告", "report"),
        VISIT_RIGHTS,
        owners.Rights(EVALUATIONS, "评估", "evaluation"),
    )
    tables.register(projects.PROJECT_LIST)
    project_sections.register()
    portals.register(45, course_portal.section)
    navigation.register(
        navigation.Entry(50, "服务项目", "/projects", Permission.PROJECTS_VIEW, navigation.Group.PURCHASES)
    )
