"""Changes to the ledger: each mutation is one action of the registry. The single front of this split room."""

import graphene

from api.registry.mutations import accounts, contacts, entries, facts, ledger, ratings


class RegistryMutations(graphene.ObjectType):
    create_organization = entries.CreateOrganization.Field()
    update_organization = entries.UpdateOrganization.Field()
    register_organization = entries.RegisterOrganization.Field()
    submit_organization = ledger.SubmitOrganization.Field()
    verify_organization = ledger.VerifyOrganization.Field()
    send_back_organization = ledger.SendBackOrganization.Field()
    confirm_organization = ledger.ConfirmOrganization.Field()
    close_organization = ledger.CloseOrganization.Field()
    remove_organization = ledger.RemoveOrganization.Field()
    reopen_organization = ledger.ReopenOrganization.Field()
    log_contact = contacts.LogContact.Field()
    edit_contact_log = contacts.EditContactLog.Field()
    name_officers = contacts.NameOfficers.Field()
    plan_contact = contacts.PlanContact.Field()
    end_contact_plan = contacts.EndContactPlan.Field()
    declare_rating = ratings.DeclareRating.Field()
    recommend_rating = ratings.RecommendRating.Field()
    record_rating = ratings.RecordRating.Field()
    revoke_rating = ratings.RevokeRating.Field()
    record_year_fact = facts.RecordYearFact.Field()
    add_person = facts.AddPerson.Field()
    edit_person = facts.EditPerson.Field()
    end_person = facts.EndPerson.Field()
    verify_organization_account = accounts.VerifyOrganizationAccount.Field()
    refuse_organization_account = accounts.RefuseOrganizationAccount.Field()
    revoke_organization_account = accounts.RevokeOrganizationAccount.Field()
    update_own_entry = accounts.UpdateOwnEntry.Field()
